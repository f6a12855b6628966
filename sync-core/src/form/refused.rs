//! Why a text is no form.

/// Why a form was refused, as one sentence that says what to do. Nothing of it counts then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("第 {line} 行：{why}")]
pub struct FormRefused {
    /// Counts from 1.
    pub line: u32,
    /// What is wrong there.
    pub why: Why,
}

/// What is wrong with a line of a form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Not UTF-8.
    #[error("文字编码认不出；请另存为 UTF-8 编码的文本。")]
    NotUtf8,
    /// Nothing in it.
    #[error("里面没有表单；请先写“表单”和它的代号，下面写版本、名称、必填和题目。")]
    Empty,
    /// Two where one was asked for.
    #[error("这里只能写一个表单；请把另一个表单分开提交。")]
    Several,
    /// Larger than anybody fills in.
    #[error("表单太长；请控制在 64 KB 以内。")]
    TooLong,
    /// A line above the first form.
    #[error("这一行上面没有表单；请先写“表单”和它的代号。")]
    NoForm,
    /// A line of a question above the first one.
    #[error("“{0}”要写在题目下面；请先写“题目”。")]
    NoQuestion(&'static str),
    /// None of the words.
    #[error("“{0}”认不出；请对照说明写“适用”“角色”“必填”“选填”“题目”“标题”“选项”等。")]
    UnknownWord(String),
    /// One word twice.
    #[error("“{0}”写了两次；请删去一处。")]
    Twice(String),
    /// An id with other letters.
    #[error("代号“{0}”不合要求；请用小写字母、数字和下划线，不超过 40 个。")]
    IdMalformed(String),
    /// No number from 1 on.
    #[error("“{0}”不是版本号；请写从 1 开始的整数。")]
    VersionMalformed(String),
    /// Nothing behind the word.
    #[error("“{0}”后面是空的；请写上内容。")]
    TextEmpty(&'static str),
    /// More than anybody reads.
    #[error("“{0}”后面的文字太长；请缩短到 200 字以内。")]
    TextTooLong(&'static str),
    /// Something that every form or question has.
    #[error("“{of}”没有写“{word}”；请加上这一行。")]
    Missing {
        /// Which form or question.
        of: String,
        /// Which line.
        word: &'static str,
    },
    /// No such part of a visit.
    #[error("“{0}”不是走访的栏目；请写“到场”“人员”“发现”“照片”“劝导”“物品”“清理”“记录”或“结果”。")]
    SectionUnknown(String),
    /// Nobody who asks.
    #[error("“{0}”不是诉求主体；请写“市民”“市民与企业”或“企业”。")]
    RequesterUnknown(String),
    /// No role that begins visits.
    #[error("“{0}”不是能开始走访的角色；请写“网格员”“楼道长”“社区书记”“片警”等。")]
    RoleUnknown(String),
    /// A category that is none.
    #[error("“{0}”不是类别；请写成“大类/中类/小类”，后两级可以不写。")]
    CategoryMalformed(String),
    /// No type of answer.
    #[error("“{0}”不是题型；请写“文字”“数字”“日期”“单选”或“多选”。")]
    KindUnknown(String),
    /// Something behind the type of a question.
    #[error("“{0}”多余或认不出；题型后面只能写“必填”。")]
    TailUnknown(String),
    /// A line that this type of question has not.
    #[error("“{0}”不适用于这种题型；请删去这一行，或改题型。")]
    NotOfKind(&'static str),
    /// A limit that is none.
    #[error("“{0}”不是字数；请写 1 到 1000 的整数。")]
    LimitRefused(String),
    /// Bounds that are none.
    #[error("“{0}”不是范围；请写两个整数，小的在前，例如“范围 0 100”。")]
    RangeRefused(String),
    /// A question with nothing to choose from, or with one thing.
    #[error("题目“{0}”至少要有两个选项；请用“选项”一行写一个。")]
    TooFewOptions(String),
    /// More than a record can hold.
    #[error("题目和选项加起来太多；一个表单最多 60 题，题目和选项合计最多 200 个。")]
    TooMany,
    /// A condition that is none.
    #[error(
        "“{0}”不是条件；请写成“条件 题目代号 = 选项代号”“条件 题目代号 含 选项代号”或“条件 题目代号 已答”。"
    )]
    ConditionMalformed(String),
    /// A condition on a question that is not above it.
    #[error("条件里的题目“{0}”不在这道题上面；请写上面已有的题目代号。")]
    ConditionUnknown(String),
    /// A condition on an answer that the question cannot have.
    #[error("题目“{question}”不会有“{value}”这个答案；单选写“=”，多选写“含”，后面写它的选项代号。")]
    ConditionNever {
        /// On which question.
        question: String,
        /// The answer.
        value: String,
    },
}
