//! The standards as SQL functions: what they give, what they refuse, and that they agree with the library.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::Duration;

use judge::{JudgeError, Limits, Session};
use standards::{Decimal, Item, Rounding, surface};

async fn answered(session: &Session, sql: &str) -> String {
    match session.sql(sql).await {
        Ok(answer) => answer
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.as_deref().unwrap_or("NULL")).collect::<Vec<_>>().join(" | "))
            .collect::<Vec<_>>()
            .join("\n"),
        Err(error) => format!("refused: {error}"),
    }
}

#[tokio::test]
async fn each_function_answers_and_refuses_as_documented() {
    let questions = [
        "SELECT gb3838_class('nh3n', '1.015', 'river'), gb3838_class('nh3n', '1.015', 'river', 'published'), gb3838_class('w21003', 1.005, '河流', 'published')",
        "SELECT gb3838_class('tp', 0.05, 'lake'), gb3838_class('tp', 0.05, 'river'), gb3838_class('tn', 3, 'river'), gb3838_class('do', '1.99', 'river'), gb3838_class('ph', '9.01', 'river')",
        "SELECT gb3838_class('hg', '0.00004L', 'river'), gb3838_class('hg', '--', 'river'), gb3838_class('hg', NULL, 'river')",
        "SELECT gb3838_class('nitrogen', 1, 'river')",
        "SELECT gb3838_class('nh3n', '1,5', 'river')",
        "SELECT gb3838_class('nh3n', '-1.5', 'river')",
        "SELECT gb3838_class('nh3n', 1, 'sea')",
        "SELECT gb3838_class('nh3n', 1, 'river', 'rough')",
        "SELECT gb3838_class('nh3n', CAST(1 AS DOUBLE), 'river')",
        "SELECT gb3838_class('nh3n', 1)",
        "SELECT gb3838_limit('tp', 'III', 'river'), gb3838_limit('tp', 'Ⅲ', 'lake'), gb3838_limit('ph', 'I', 'river'), gb3838_limit('nh3n', 'V+', 'river')",
        "SELECT exceedance('nh3n', '2.35', 'III', 'river'), exceedance('do', '1', 'III', 'river'), exceedance('tp', '0.26', 'III', 'river', 'published')",
        "SELECT class_rank('劣Ⅴ'), class_rank('III'), rank_class(4), class_zh('V+'), class_status('IV')",
        "SELECT class_rank('VII')",
        "SELECT published('tp', '0.20050'), published('ph', 9.5), published('hg', 0.0000004), published('sulfate', '12.340')",
        "SELECT gbt14848_class('mn', '1.62'), gbt14848_class('ph', '6.4'), gbt14848_class('las', '0.05L'), gbt14848_class('cd', '0.0005L'), gbt14848_class('mn', '1.62', '2018-04-30'), gbt14848_class('mn', '1.62', '2018-05-01')",
        "SELECT groundwater_f('I,III,III,IV,V,IV,III,III,I,II'), groundwater_f_grade('I,III,III,IV,V,IV,III,III,I,II')",
        "SELECT tli('12', '0.045', '1.20', '0.90', '4.6'), tli_grade(tli('12', '0.045', '1.20', '0.90', '4.6')), tli(NULL, NULL, NULL, NULL, NULL)",
        "SELECT black_odour_grade('9', '0.1', '-150', '9.1'), black_odour_grade('12', '1', '0', '9'), black_odour_grade(30, 3, 60, 5)",
        "SELECT section_class('do=2.5,codmn=12.0,nh3n=1.80,tp=0.250,cd=0.00600', 'river'), deciding_items('do=2.5,codmn=12.0,nh3n=1.80,tp=0.250,cd=0.00600', 'river'), main_pollutants('do=2.5,codmn=12.0,nh3n=1.80,tp=0.250,cd=0.00600', 'river')",
        "SELECT basin_status(20, 12, 8), basin_status(20, 15, 5), basin_status(4, 4, 0)",
        "SELECT basin_pollutants('codmn=3,nh3n=5,tp=3,cod=1', 12), basin_pollutants('codmn=0', 12), basin_pollutants('codmn', 12)",
        "SELECT change_by_shares(70, 10, 85, 4), change_by_shares(80, 5, 75, 10), change_by_status('good', 'heavy'), change_by_status('good', 'fine')",
        "SELECT spearman_rs('1,2,3,4,5'), trend('1,2,3,4,5'), trend('5,4,3,2,1'), trend('1,3,2,5,4'), spearman_rs('1,2,3,4'), trend('1,x,3,4,5')",
        "SELECT mann_kendall_z('1,2,3,4,5'), sen_slope('1.0,1.2,1.1,1.5,1.6'), sen_slope('1,2')",
        "SELECT cwqi('codmn=6', 'river'), cwqi('codmn6', 'river')",
        "SELECT convert_unit('0.012', 'mg/L', 'mg/m3'), convert_unit('1', 'mg/L', 'NTU')",
        "SELECT cwqi_part('do', '8.1', 'river'), source_complies('fe', '0.31'), source_complies('nh3n', '1')",
        "SELECT st_distance_m('130.3', '47.3', '130.3', '47.31'), st_dwithin_m('130.3', '47.3', '130.3', '47.31', 1200)",
        "SELECT exact_mean(x) FROM (VALUES (0.1), (0.2), (0.4)) AS t(x)",
        "SELECT item_mean('ph', x), item_mean('do', x) FROM (VALUES (7.0), (9.0)) AS t(x)",
        "SELECT exact_mean(x) FROM (VALUES (CAST(1 AS DOUBLE))) AS t(x)",
        "SELECT 0.1 + 0.2 = 0.3",
        "SELECT count(*) FROM limits WHERE standard = 'GB 3838-2002'",
        "CREATE TABLE t AS SELECT 1",
        "DROP TABLE items",
        "INSERT INTO items VALUES (1)",
        "SET datafusion.execution.batch_size = 1",
        "COPY items TO 'items.csv'",
        "SELECT * FROM 'Cargo.toml'",
        "SELECT nonsense FROM nowhere",
    ];
    let session = Session::without_store().unwrap();
    let mut told = Vec::new();
    for question in questions {
        told.push(format!("{question}\n  {}", answered(&session, question).await.replace('\n', "\n  ")));
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn a_column_of_values_gets_the_classes_that_single_values_get() {
    let session = Session::without_store().unwrap();
    let values: Vec<Decimal> = (0..400).map(|n| Decimal::new(n * 7, 2)).collect();
    for item in surface::deciding_items() {
        let rows: Vec<String> = values.iter().map(|value| format!("({value})")).collect();
        let sql = format!(
            "SELECT gb3838_class('{item}', CAST(x AS DECIMAL(28, 12)), 'river'), gb3838_rank('{item}', CAST(x AS DECIMAL(28, 12)), 'river', 'published') FROM (VALUES {}) AS t(x)",
            rows.join(", ")
        );
        let answer = session.sql(&sql).await.unwrap();
        for (value, row) in values.iter().zip(&answer.rows) {
            let raw = surface::class_of(item, *value, surface::Body::River).unwrap();
            let rounded =
                surface::class_of(item, standards::rounding::apply(item, *value, Rounding::Published), surface::Body::River).unwrap();
            assert_eq!(row[0].as_deref(), Some(raw.id()), "{item} {value}");
            assert_eq!(row[1].as_deref(), Some(rounded.rank().to_string().as_str()), "{item} {value}");
        }
    }
    assert!(Item::by_id("nh3n").is_ok());
}

async fn with_limits(limits: Limits, sql: &str) -> JudgeError {
    let mut files = plan::PackFiles::default();
    files.insert("plan.toml", "schema = 1\nid = \"x\"\ntitle = { zh = \"x\" }\ncity = \"c\"\nissuer = \"c\"\nissue_year = 2016\n[[unit]]\nid = \"c\"\nkind = \"city\"\nname = { zh = \"c\" }\n");
    files.insert(
        "registers/section.toml",
        include_str!("../../../plans/hegang/registers/section.toml")
            .replace("\"epb\"", "\"c\"")
            .replace("ref = \"water_body\"", "ref = \"unit\""),
    );
    let plan = plan::load(&files).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = facts::Store::create(&folder.path().join("facts.db")).unwrap();
    let session = Session::open(&store, &plan, jiff::civil::date(2020, 12, 31), limits).await.unwrap();
    session.sql(sql).await.unwrap_err()
}

const CROSS: &str =
    "SELECT count(*) FROM limits AS a CROSS JOIN limits AS b CROSS JOIN limits AS c WHERE a.item || b.item || c.item LIKE '%zz%'";

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_runs_too_long_is_stopped_with_a_message() {
    let error = with_limits(Limits { time: Duration::from_millis(300), memory: 1 << 30 }, CROSS).await;
    assert!(matches!(error, JudgeError::TooLong(_)), "{error}");
    assert!(error.to_string().starts_with("the query was stopped after"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_takes_too_much_memory_is_stopped_with_a_message() {
    let sql = "SELECT a.item, b.item, c.printed, count(*) FROM limits AS a CROSS JOIN limits AS b CROSS JOIN (SELECT * FROM limits LIMIT 40) AS c GROUP BY a.item, b.item, c.printed, a.row_no, b.row_no, c.row_no ORDER BY 1, 2, 3";
    let error = with_limits(Limits { time: Duration::from_secs(120), memory: 4 << 20 }, sql).await;
    assert_eq!(error.to_string(), "the query was stopped: it wanted more than 4 MiB of memory (ask for less, or allow more)");
}
