//! HTTP: public site and APIs.
use facts::Store; use plan::{Plan,PackFiles};
pub struct PortalSettings { pub as_of: jiff::civil::Date, pub demo: bool, pub map_review_number: Option<String> }
pub struct Portal;
impl Portal { pub fn new(_s: Store,_p: Plan,_f: PackFiles,_t: PortalSettings)->Result<Self,std::io::Error>{Ok(Self)} }
pub async fn serve(_l: tokio::net::TcpListener,_p: Portal,_s: impl Future<Output=()>)->Result<(),std::io::Error>{Ok(())}
