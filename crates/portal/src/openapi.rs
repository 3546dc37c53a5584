//! The description of the API, made of the same list that the data page shows.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// An address and what it gives.
pub(crate) struct Route {
    /// Behind the language.
    pub(crate) path: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    pub(crate) forms: &'static [&'static str],
    /// Parameters of the address: name and meaning.
    pub(crate) query: &'static [(&'static str, &'static str)],
}

/// Every public address.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/home",
        zh: "首页:水质概况、不达标、方案进展",
        en: "Home: how the water is, what fails, where the plan stands",
        forms: &["json", "csv"],
        query: &[],
    },
    Route {
        path: "/water",
        zh: "断面列表与最近类别",
        en: "Sections with their latest class",
        forms: &["json", "csv", "geojson"],
        query: &[("q", "text in a name"), ("class", "I … V, V+ or none"), ("scope", "own or all")],
    },
    Route {
        path: "/water/{section}",
        zh: "一个断面:类别、各项月均值与年均值",
        en: "A section: classes, monthly and yearly values of each item",
        forms: &["json", "csv", "geojson"],
        query: &[],
    },
    Route {
        path: "/water/{section}/{item}",
        zh: "一个断面一个项目的逐次观测",
        en: "Single observations of an item at a section",
        forms: &["json", "csv"],
        query: &[("from", "first period, such as 2020-08"), ("to", "last period")],
    },
    Route {
        path: "/plan",
        zh: "方案任务",
        en: "Tasks of the plan",
        forms: &["json", "csv"],
        query: &[("unit", "a unit's id"), ("chapter", "1 … 10"), ("state", "past, to_come or no_date"), ("q", "text")],
    },
    Route { path: "/plan/{task}", zh: "一项任务", en: "A task", forms: &["json", "csv"], query: &[] },
    Route {
        path: "/plan/dispatch",
        zh: "按部门和县(区)的任务调度",
        en: "Dispatch: dates of the plan by department and county",
        forms: &["json", "csv"],
        query: &[],
    },
    Route {
        path: "/plan/dispatch/{unit}",
        zh: "一个单位的调度单",
        en: "Dispatch sheet of a unit",
        forms: &["json", "csv"],
        query: &[("standing", "overdue, at_risk, on_time, not_judged or done")],
    },
    Route { path: "/indicators", zh: "指标", en: "Indicators", forms: &["json", "csv"], query: &[] },
    Route { path: "/indicators/{indicator}", zh: "一个指标", en: "An indicator", forms: &["json", "csv"], query: &[] },
    Route {
        path: "/verdicts",
        zh: "判定结果",
        en: "Verdicts",
        forms: &["json", "csv"],
        query: &[
            ("rule", "a rule's id"),
            ("outcome", "pass, fail, undetermined or not_applicable"),
            ("subject", "a subject's id"),
            ("period", "a period"),
        ],
    },
    Route { path: "/why/{verdict}", zh: "判定依据", en: "Why: the tree under a verdict", forms: &["json", "csv"], query: &[] },
    Route { path: "/registers", zh: "登记簿种类", en: "Registers", forms: &["json", "csv"], query: &[] },
    Route {
        path: "/registers/{kind}",
        zh: "一种登记簿的条目",
        en: "Entries of a register; any public field is a filter too",
        forms: &["json", "csv", "xlsx", "geojson"],
        query: &[("q", "text in a public field"), ("sort", "a public field; with - in front, falling")],
    },
    Route {
        path: "/registers/{kind}/{entry}",
        zh: "一个条目:字段、判定、措施、变更",
        en: "An entry: fields, findings, measures, history",
        forms: &["json", "csv", "geojson"],
        query: &[],
    },
    Route { path: "/measures", zh: "公开的措施", en: "Public measures", forms: &["json", "csv"], query: &[] },
    Route {
        path: "/river",
        zh: "河流模型:河网与各模型",
        en: "The river model: its network and the models",
        forms: &["json", "csv", "geojson"],
        query: &[],
    },
    Route {
        path: "/river/{model}",
        zh: "一次模型计算:稳态水质、纳污能力或生态流量",
        en: "A run of a model: steady, capacity or ecoflow",
        forms: &["json", "csv", "xlsx"],
        query: &[("item", "id of an item"), ("changes", "changed inputs, such as in-wwtp-1=0.5")],
    },
    Route {
        path: "/river/compare",
        zh: "两次计算对照",
        en: "Two runs side by side",
        forms: &["json", "csv"],
        query: &[("model", "steady, capacity or ecoflow"), ("a", "query of the first run"), ("b", "query of the second run")],
    },
    Route { path: "/assessments", zh: "年度考核", en: "Yearly assessments", forms: &["json", "csv"], query: &[] },
    Route {
        path: "/assessments/{assessment}/{year}",
        zh: "一年的考核结果:公布的一版,或现在的计算",
        en: "Result of a year: an edition, or the calculation as it is now",
        forms: &["json", "csv"],
        query: &[("edition", "number of an edition; without it, the calculation as it is now")],
    },
    Route {
        path: "/assessments/{assessment}/{year}/{unit}",
        zh: "一个单位的考核表",
        en: "Score sheet of a unit",
        forms: &["json", "csv"],
        query: &[("edition", "number of an edition")],
    },
    Route { path: "/rules", zh: "规则", en: "Rules", forms: &["json", "csv"], query: &[] },
    Route {
        path: "/rules/{rule}",
        zh: "一条规则:说明、参数、SQL",
        en: "A rule: its card, numbers and SQL",
        forms: &["json", "csv"],
        query: &[],
    },
    Route {
        path: "/data/head",
        zh: "账本日终摘要",
        en: "Daily heads of the ledger",
        forms: &["json", "csv"],
        query: &[("day", "the head of this day, or of the last before it with rows")],
    },
    Route { path: "/data/proof/{observation}", zh: "一条观测的存证", en: "Proof of an observation", forms: &["json"], query: &[] },
    Route { path: "/standards/{standard}", zh: "标准限值表", en: "Limits of a standard", forms: &["json", "csv"], query: &[] },
];

/// `/api/openapi.json`
pub(crate) async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], describe().to_string()).into_response()
}

fn describe() -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        for form in route.forms {
            let media = match *form {
                "csv" => "text/csv",
                "geojson" => "application/geo+json",
                "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                _ => "application/json",
            };
            let schema = if matches!(*form, "csv" | "xlsx") { json!({"type": "string"}) } else { json!({"type": ["object", "array"]}) };
            let operation = json!({
                "operationId": format!("{}_{form}", route.path.trim_matches('/').replace(['/', '{', '}'], "_")),
                "summary": route.en,
                "parameters": parameters(route),
                "responses": {
                    "200": {"description": route.en, "content": {media: {"schema": schema}}},
                    "400": {"description": "a parameter that cannot be read; the message names it", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
                    "404": {"description": "there is no such thing", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
                },
            });
            paths.insert(format!("/{{lang}}{}.{form}", route.path), json!({"get": operation}));
        }
    }
    paths.extend(crate::sta::openapi::paths());
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Qingliu", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "What the pages show, as data. Decimals are texts with their digits; times are Asia/Shanghai; made-up records carry made_up = true."},
        "paths": paths,
        "components": {"schemas": {"Error": {"type": "object", "required": ["error", "message"], "properties": {"error": {"type": "string"}, "message": {"type": "string"}}}}},
    })
}

fn parameters(route: &Route) -> Vec<Value> {
    let lang = json!({"name": "lang", "in": "path", "required": true, "schema": {"type": "string", "enum": ["zh", "en"]}});
    let in_path = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let in_query =
        route.query.iter().map(|(name, doc)| json!({"name": name, "in": "query", "description": doc, "schema": {"type": "string"}}));
    [lang].into_iter().chain(in_path).chain(in_query).collect()
}
