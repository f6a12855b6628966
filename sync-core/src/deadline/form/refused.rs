//! Why a text is no profile.

/// Why a profile was refused, as one sentence that says what to do. Nothing of it counts then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("第 {line} 行：{why}")]
pub struct ProfileRefused {
    /// Counts from 1.
    pub line: u32,
    /// What is wrong there.
    pub why: Why,
}

/// What is wrong with a line of a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Not UTF-8.
    #[error("文字编码认不出；请另存为 UTF-8 编码的文本。")]
    NotUtf8,
    /// Nothing in it.
    #[error("里面没有方案；请先写“方案”和它的代号，下面写名称、依据、施行日期和各项时限。")]
    Empty,
    /// Two where one was asked for.
    #[error("这里只能写一个方案；请把另一个方案分开提交。")]
    Several,
    /// A line above the first profile.
    #[error("这一行上面没有方案；请先写“方案”和它的代号。")]
    NoProfile,
    /// None of the words.
    #[error("“{0}”认不出；时限写“首联”“到场”“反馈”“办结”“退回”或“延期”，其余写法请对照说明。")]
    UnknownWord(String),
    /// One word twice.
    #[error("“{0}”写了两次；请删去一处。")]
    Twice(&'static str),
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
    #[error("“{0}”后面的文字太长；请缩短到 2000 字以内。")]
    TextTooLong(&'static str),
    /// No such day.
    #[error("“{0}”不是日期；请写成“2026-01-01”这样，依据里没有日期的写“未注明”。")]
    DateMalformed(String),
    /// Something that every profile has.
    #[error("方案“{profile}”没有写“{word}”；请加上这一行。")]
    Missing {
        /// Which profile.
        profile: String,
        /// Which line.
        word: &'static str,
    },
    /// Not a whole number from 1 on.
    #[error("“{0}”不是时限；请写大于 0 的整数，不超过 1000，例如“办结 5 工作日 自派发”。")]
    AmountRefused(String),
    /// Neither hours nor days.
    #[error("“{0}”不是时限的单位；请写“小时”“工作日”“天”或“个月”。")]
    UnitUnknown(String),
    /// A term without its beginning.
    #[error("没有写从什么时候起算；请在时限后面写“自派发”或“自交办”。")]
    StartMissing,
    /// Something behind a term that is neither a start nor an addressee.
    #[error("“{0}”多余或认不出；起算写“自派发”或“自交办”，反馈对象写“诉求人”“平台”。")]
    TailUnknown(String),
    /// A feedback to nobody.
    #[error("反馈没有写对象；请在后面写“诉求人”“平台”，要反馈几方就写几方。")]
    NobodyToTell,
    /// No end of the day.
    #[error("“{0}”不是一天的截止时间；请写“24:00”或“下班”。")]
    EndUnknown(String),
    /// No way of counting hours.
    #[error("“{0}”不是小时的计法；请写“昼夜”或“上班时间”。")]
    CountingUnknown(String),
    /// Business hours that are none.
    #[error("“{0}”不是上班时间；请写成“08:30-12:00 13:30-17:30”，前后不能颠倒或重叠。")]
    HoursMalformed(String),
    /// A share that is none.
    #[error("“{0}”不是百分比；请写成“50%”这样，从 1% 到 99%。")]
    PercentMalformed(String),
}
