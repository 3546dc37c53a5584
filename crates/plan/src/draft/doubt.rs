//! What can be doubtful about a thing found, in words.

/// A reason not to take a thing as certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Doubt {
    /// The source is damaged here.
    Damaged,
    /// The heading counts on in two lists.
    OtherLevel,
    /// Numbers are missing or come twice.
    NumberSkipped,
    /// The number of the section above is in doubt.
    SectionNumber,
    /// The number of the chapter above is in doubt.
    ChapterNumber,
    /// Found by its departments only.
    NoHeading,
    /// Nobody is named.
    NobodyNamed,
    /// Where the title ends is a guess.
    TitleEnd,
    /// A department that is not in the list of departments.
    UnknownDepartment,
    /// A body of the state or the province in a plan of a city.
    HigherLevel,
    /// No break between the words before and the name.
    RunsTogether,
    /// No break between two names.
    NoBreak,
    /// The list may begin earlier.
    ListBegins,
    /// The word is not one of leading.
    RoleWord,
    /// "Responsible" and no lead named.
    ResponsibleUnit,
    /// The date may not hold for this clause.
    SharedDate,
    /// The year stands there without "until".
    BareDate,
    /// The year is not said.
    NoYear,
    /// No verb says what will have been done.
    NoVerb,
    /// Which places it holds for.
    WhichPlaces,
    /// The places are those of the date before.
    PlacesBefore,
    /// Whose duty it is follows from the clause before.
    ElsewhereBefore,
    /// Numbers run together.
    NumbersTogether,
    /// The unit is lost.
    UnitLost,
    /// No unit stands there.
    NoUnit,
    /// Several numbers, one name.
    SeveralNumbers,
    /// The name is taken from the number before.
    NameBefore,
    /// The year of the number is in doubt.
    TargetYear,
    /// The numeral of the class is lost.
    ClassLost,
    /// Who owes it is taken from the lead, or not said.
    WhoOwes,
    /// No period is named.
    NoPeriod,
    /// Which act is meant is a reading.
    Act,
    /// What sets it off is a reading.
    Trigger,
    /// The year of issue is inferred.
    IssueYear,
    /// The title of the plan is inferred.
    PlanTitle,
    /// The city is inferred from the title.
    City,
}

impl Doubt {
    /// The reason in Chinese.
    pub const fn zh(self) -> &'static str {
        self.words().0
    }

    /// The reason in English.
    pub const fn en(self) -> &'static str {
        self.words().1
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Damaged => ("原文此处损坏", "the source is damaged here"),
            Self::OtherLevel => ("编号也可能属于另一级", "the number would also fit another level"),
            Self::NumberSkipped => ("编号不连续", "the numbers do not follow each other"),
            Self::SectionNumber => ("上级节号存疑", "the number of its section is in doubt"),
            Self::ChapterNumber => ("上级章号存疑", "the number of its chapter is in doubt"),
            Self::NoHeading => ("没有自己的编号,仅据责任部门识别", "it has no number of its own and was found by its departments"),
            Self::NobodyNamed => ("没有写明责任部门", "nobody is named"),
            Self::TitleEnd => ("标题在何处结束是推测", "where the title ends is a guess"),
            Self::UnknownDepartment => ("名称不在部门词表中", "the name is not in the list of departments"),
            Self::HigherLevel => ("市县方案中出现上级机关名称", "a body of the state or the province in the plan of a city"),
            Self::RunsTogether => ("名称与前文连在一起", "the name runs into the words before it"),
            Self::NoBreak => ("几个名称之间没有标点", "nothing stands between two names"),
            Self::ListBegins => ("名单可能从更前处开始", "the list may begin earlier"),
            Self::RoleWord => ("原文用词不是“牵头”“负责”", "the word is not one of leading"),
            Self::ResponsibleUnit => ("原文为“责任单位”,未写牵头", "the text says responsible and names no lead"),
            Self::SharedDate => ("期限是否也管这一句不能确定", "whether the date holds for this clause too"),
            Self::BareDate => ("只有年份,没有“前”“到”", "the year stands there without a word of until"),
            Self::NoYear => ("没有写年份", "the year is not said"),
            Self::NoVerb => ("没有说明完成什么", "no word says what will have been done"),
            Self::WhichPlaces => ("适用于哪些地方不能确定", "which places it holds for"),
            Self::PlacesBefore => ("适用地方沿用上一期限", "the places are those of the date before"),
            Self::ElsewhereBefore => ("是否本市义务由上一句推定", "whose duty it is follows from the clause before"),
            Self::NumbersTogether => ("几个数字连在一起", "numbers run together"),
            Self::UnitLost => ("单位缺失", "the unit is lost"),
            Self::NoUnit => ("没有写单位", "no unit stands there"),
            Self::SeveralNumbers => ("一个名称有几个数字", "several numbers for one name"),
            Self::NameBefore => ("名称沿用上一个数字", "the name is taken from the number before"),
            Self::TargetYear => ("年份不能确定", "its year is in doubt"),
            Self::ClassLost => ("类别数字缺失", "the numeral of the class is lost"),
            Self::WhoOwes => ("由谁履行由牵头部门推定,或没有写明", "who owes it is taken from the lead, or not said"),
            Self::NoPeriod => ("没有写周期", "no period is named"),
            Self::Act => ("措施类别是解读", "which act is meant is a reading"),
            Self::Trigger => ("触发条件是解读", "what sets it off is a reading"),
            Self::IssueYear => ("印发年份由标题或文号推定", "the year of issue is inferred from the title or the document numbers"),
            Self::PlanTitle => ("方案标题是推定", "the title of the plan is inferred"),
            Self::City => ("城市由标题推定", "the city is inferred from the title"),
        }
    }
}
