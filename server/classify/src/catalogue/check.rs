//! Whether a catalogue holds together before it comes into force.

use std::collections::BTreeSet;

use super::{Catalogue, Handler};
use crate::decided::BETWEEN;

/// Characters of a name, a word or a rule.
const LONGEST: usize = 100;

/// Entries of one list: a hundred times what the program begins with.
const MOST: usize = 5_000;

/// What is wrong with a catalogue. Each says where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A name, a word or an id is blank.
    Blank(String),
    /// Causes lie beneath each other in a circle.
    Circle(String),
    /// An entry names no handler, or two at once.
    NoHandler(String),
    /// A type's name holds what stands between levels.
    Slash(String),
    /// A name or an id stands there twice.
    Twice(String),
    /// A text is longer than 100 characters, or a list than 5,000 entries.
    TooLong(String),
    /// Something is named that is not there.
    Unknown {
        /// What names it.
        by: String,
        /// What is named.
        name: String,
    },
}

impl Fault {
    /// What the person who edits is told.
    pub fn sentence(&self) -> String {
        match self {
            Self::Blank(at) => format!("“{at}”里有空着的名称或词；请填上，或删掉这一行。"),
            Self::Circle(name) => format!("根源“{name}”绕一圈又归到自己下面；请改它的上级。"),
            Self::NoHandler(at) => {
                format!("派单目录“{at}”没有写清由谁承办；请选一个单位，或选“工单所在社区”。")
            }
            Self::Slash(name) => {
                format!("类别“{name}”里有斜线，斜线用来隔开各级类别；请换一种写法。")
            }
            Self::Twice(name) => format!("“{name}”出现了两次；请改名或删掉一个。"),
            Self::TooLong(at) => {
                format!("“{at}”太长：每个名称和词最多 {LONGEST} 字，每张表最多 {MOST} 行；请缩短。")
            }
            Self::Unknown { by, name } => {
                format!("“{by}”用到的“{name}”不在目录里；请先添加它，或改选别的。")
            }
        }
    }
}

impl Catalogue {
    /// Whether all names are there once and everything that is named exists.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), Fault> {
        self.check_types()?;
        self.check_causes()?;
        self.check_topics()?;
        self.check_duties()?;
        words("紧急程度", &self.urgency.critical)?;
        words("紧急程度", &self.urgency.urgent)
    }

    fn check_types(&self) -> Result<(), Fault> {
        once("类别", self.types.iter().map(|it| &it.name))?;
        for large in &self.types {
            once(&large.name, large.below.iter().map(|it| &it.name))?;
            for middle in &large.below {
                once(&middle.name, middle.below.iter().map(|it| &it.name))?;
                for small in &middle.below {
                    words(&small.name, &small.words)?;
                }
            }
        }
        let levels = self.small_types().flat_map(|(names, _)| names);
        let slash = levels
            .into_iter()
            .find(|name| name.contains(BETWEEN.trim()));
        slash.map_or(Ok(()), |name| Err(Fault::Slash(name.to_owned())))
    }

    fn check_causes(&self) -> Result<(), Fault> {
        once("诉求根源", self.causes.iter().map(|it| &it.id))?;
        once("诉求根源", self.causes.iter().map(|it| &it.name))?;
        let above = |id: &str| self.causes.iter().find(|it| it.id == id);
        for cause in &self.causes {
            let mut at = cause;
            for _ in 0..=self.causes.len() {
                let Some(parent) = &at.parent else { break };
                at = above(parent).ok_or_else(|| unknown(&cause.name, parent))?;
            }
            if at.parent.is_some() {
                return Err(Fault::Circle(cause.name.clone()));
            }
        }
        Ok(())
    }

    fn check_topics(&self) -> Result<(), Fault> {
        once("重点问题", self.topics.iter().map(|it| &it.id))?;
        once("重点问题", self.topics.iter().map(|it| &it.name))?;
        for topic in &self.topics {
            words(&topic.name, &topic.words)?;
            once(&topic.name, topic.form.iter().map(|it| &it.id))?;
            once(&topic.name, topic.form.iter().map(|it| &it.name))?;
            for cause in &topic.causes {
                if !self.causes.iter().any(|it| it.id == *cause) {
                    return Err(unknown(&topic.name, cause));
                }
            }
        }
        Ok(())
    }

    fn check_duties(&self) -> Result<(), Fault> {
        once("派单目录", self.duties.iter().map(|it| &it.id))?;
        for duty in &self.duties {
            let at = duty.category.last().unwrap_or(&duty.id);
            words(at, &duty.words)?;
            let names: Vec<&str> = duty.category.iter().map(|name| &**name).collect();
            if !self.has_type(&names) {
                return Err(unknown("派单目录", &names.join(" / ")));
            }
            let Handler {
                id,
                name,
                community,
            } = &duty.to;
            let is_unit = id.is_some() || !name.trim().is_empty();
            if is_unit == *community {
                return Err(Fault::NoHandler(at.clone()));
            }
            if duty
                .basis
                .as_ref()
                .is_some_and(|basis| basis.chars().count() > LONGEST)
            {
                return Err(Fault::TooLong(at.clone()));
            }
        }
        Ok(())
    }
}

fn unknown(by: &str, name: &str) -> Fault {
    Fault::Unknown {
        by: by.to_owned(),
        name: name.to_owned(),
    }
}

/// Names that must be there, not too long, and each once.
fn once<'a>(at: &str, names: impl Iterator<Item = &'a String>) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for name in names {
        text(at, name)?;
        if !seen.insert(name.trim()) {
            return Err(Fault::Twice(name.clone()));
        }
    }
    if seen.len() > MOST {
        return Err(Fault::TooLong(at.to_owned()));
    }
    Ok(())
}

fn words(at: &str, words: &[String]) -> Result<(), Fault> {
    if words.len() > MOST {
        return Err(Fault::TooLong(at.to_owned()));
    }
    words.iter().try_for_each(|word| text(at, word))
}

fn text(at: &str, text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Err(Fault::Blank(at.to_owned()));
    }
    if text.chars().count() > LONGEST {
        return Err(Fault::TooLong(at.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first catalogue with one thing changed.
    fn with(change: impl Fn(&mut Catalogue)) -> Result<(), Fault> {
        let mut catalogue = Catalogue::first();
        change(&mut catalogue);
        catalogue.check()
    }

    #[test]
    fn what_does_not_hold_together_is_refused_and_named() {
        let slash = with(|it| it.types[0].below[0].name = "占道/经营".to_owned());
        assert!(matches!(slash, Err(Fault::Slash(_))), "{slash:?}");
        let twice = with(|it| it.types.push(it.types[0].clone()));
        assert_eq!(twice, Err(Fault::Twice("市容环境".to_owned())));
        let blank = with(|it| it.topics[0].words.push(" ".to_owned()));
        assert_eq!(blank, Err(Fault::Blank("占道经营".to_owned())));
        let renamed = with(|it| it.types[0].name = "市容".to_owned());
        assert!(matches!(renamed, Err(Fault::Unknown { .. })), "{renamed:?}");
        let circle = with(|it| it.causes[0].parent = Some(it.causes[1].id.clone()));
        assert!(matches!(circle, Err(Fault::Circle(_))), "{circle:?}");
        let nobody = with(|it| it.duties[0].to = Handler::default());
        assert!(matches!(nobody, Err(Fault::NoHandler(_))));
        let both = with(|it| it.duties[0].to.community = true);
        assert!(matches!(both, Err(Fault::NoHandler(_))));
        let long = with(|it| it.causes[0].name = "长".repeat(101));
        assert!(matches!(long, Err(Fault::TooLong(_))));
        let gone = with(|it| it.topics[0].causes.push("nothing".to_owned()));
        assert!(gone.unwrap_err().sentence().contains("nothing"));
    }
}
