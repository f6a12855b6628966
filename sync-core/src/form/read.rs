//! A form as a text that people write: docs/FORMS.md.
//!
//! ```text
//! 表单 wages
//! 版本 1
//! 名称 欠薪核实 | Unpaid wages
//! 适用 劳动保障/工资
//! 角色 网格员 社区书记
//! 必填 到场 人员 结果
//! 选填 照片 记录
//! 题目 people 数字 必填
//! 标题 涉及多少人 | How many people
//! 范围 1 10000
//! 单位 人 | people
//! 题目 contract 单选
//! 标题 有没有书面合同 | Is there a written contract
//! 选项 yes 有 | Yes
//! 选项 no 没有 | No
//! 题目 why_none 文字
//! 标题 为什么没有 | Why not
//! 字数 200
//! 条件 contract = no
//! ```

mod parts;

use std::collections::BTreeMap;

use super::refused::{FormRefused, Why};
use super::words::*;
use super::{Asked, Form, Label, Question, Requester, Section};
use crate::lines::lines;
use crate::role::Role;
use parts::{DraftQuestion, category_of, id_of, label_of, quoted, version_of};

const FORM_BYTES: usize = 64 * 1024;
const QUESTIONS: usize = 60;
/// Questions and choices: cells that a record may have to hold, below `limits::ANSWERS`.
const CELLS: usize = 200;

impl Form {
    /// Reads one form.
    ///
    /// # Errors
    /// With the first line that is wrong.
    pub fn parse(text: &[u8]) -> Result<Self, FormRefused> {
        let mut all = Self::parse_all(text)?;
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(refused(1, Why::Several)),
        }
    }

    /// Reads forms one below the other; at least one.
    ///
    /// # Errors
    /// With the first line that is wrong.
    pub fn parse_all(text: &[u8]) -> Result<Vec<Self>, FormRefused> {
        if text.len() > FORM_BYTES {
            return Err(refused(1, Why::TooLong));
        }
        let lines = lines(text).map_err(|line| refused(line, Why::NotUtf8))?;
        let mut forms = Vec::new();
        let mut open: Option<Draft> = None;
        for (line, word, rest) in lines {
            if word == FORM {
                forms.extend(open.take().map(Draft::form).transpose()?);
                let id = id_of(rest).map_err(|why| refused(line, why))?;
                open = Some(Draft::new(line, id));
                continue;
            }
            let draft = open.as_mut().ok_or_else(|| refused(line, Why::NoForm))?;
            draft.take(line, word, rest)?;
        }
        forms.extend(open.take().map(Draft::form).transpose()?);
        if forms.is_empty() {
            return Err(refused(1, Why::Empty));
        }
        Ok(forms)
    }
}

/// The form that is being read.
struct Draft {
    line: u32,
    id: String,
    version: Option<u32>,
    title: Option<Label>,
    applies: Vec<Vec<String>>,
    requesters: Vec<Requester>,
    roles: Vec<Role>,
    sections: BTreeMap<Section, Asked>,
    questions: Vec<Question>,
    open: Option<DraftQuestion>,
}

impl Draft {
    const fn new(line: u32, id: String) -> Self {
        Self {
            line,
            id,
            version: None,
            title: None,
            applies: Vec::new(),
            requesters: Vec::new(),
            roles: Vec::new(),
            sections: BTreeMap::new(),
            questions: Vec::new(),
            open: None,
        }
    }

    fn take(&mut self, line: u32, word: &str, rest: &str) -> Result<(), FormRefused> {
        let at = |why| refused(line, why);
        match word {
            VERSION => once(&mut self.version, VERSION, version_of(rest).map_err(at)?).map_err(at),
            NAME => once(&mut self.title, NAME, label_of(NAME, rest).map_err(at)?).map_err(at),
            APPLIES => {
                let category = category_of(rest).map_err(at)?;
                if self.applies.contains(&category) {
                    return Err(at(Why::Twice(quoted(rest))));
                }
                self.applies.push(category);
                Ok(())
            }
            REQUESTERS => self.requesters(rest).map_err(at),
            ROLES => self.roles(rest).map_err(at),
            REQUIRED => self.sections(REQUIRED, rest, Asked::Required).map_err(at),
            OPTIONAL => self.sections(OPTIONAL, rest, Asked::Optional).map_err(at),
            QUESTION => {
                self.close_question()?;
                let question = DraftQuestion::begin(line, rest).map_err(at)?;
                if self.questions.iter().any(|one| one.id == question.id) {
                    return Err(at(Why::Twice(quoted(&question.id))));
                }
                self.open = Some(question);
                Ok(())
            }
            _ => {
                let mut words = parts::OF_QUESTION.iter();
                let known = words.find(|known| **known == word).copied();
                let word = known.ok_or_else(|| at(Why::UnknownWord(quoted(word))))?;
                let question = self.open.as_mut();
                let question = question.ok_or_else(|| at(Why::NoQuestion(word)))?;
                question.take(word, rest, &self.questions).map_err(at)
            }
        }
    }

    fn requesters(&mut self, rest: &str) -> Result<(), Why> {
        if rest.is_empty() {
            return Err(Why::TextEmpty(REQUESTERS));
        }
        for word in rest.split_whitespace() {
            let known = REQUESTER_TYPES.iter().find(|(_, known)| *known == word);
            let (requester, _) = known.ok_or_else(|| Why::RequesterUnknown(quoted(word)))?;
            if self.requesters.contains(requester) {
                return Err(Why::Twice(quoted(word)));
            }
            self.requesters.push(*requester);
        }
        Ok(())
    }

    fn roles(&mut self, rest: &str) -> Result<(), Why> {
        if rest.is_empty() {
            return Err(Why::TextEmpty(ROLES));
        }
        for word in rest.split_whitespace() {
            let known = FIELD_ROLES.iter().find(|(_, known)| *known == word);
            let (role, _) = known.ok_or_else(|| Why::RoleUnknown(quoted(word)))?;
            if self.roles.contains(role) {
                return Err(Why::Twice(quoted(word)));
            }
            self.roles.push(*role);
        }
        Ok(())
    }

    fn sections(&mut self, word: &'static str, rest: &str, asked: Asked) -> Result<(), Why> {
        if rest.is_empty() {
            return Err(Why::TextEmpty(word));
        }
        for word in rest.split_whitespace() {
            let known = SECTIONS.iter().find(|(_, known)| *known == word);
            let (section, _) = known.ok_or_else(|| Why::SectionUnknown(quoted(word)))?;
            if self.sections.insert(*section, asked).is_some() {
                return Err(Why::Twice(quoted(word)));
            }
        }
        Ok(())
    }

    fn close_question(&mut self) -> Result<(), FormRefused> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let line = open.line;
        self.questions
            .push(open.question().map_err(|why| refused(line, why))?);
        let options = self.questions.iter().map(|one| one.kind.options().len());
        if self.questions.len() > QUESTIONS || self.questions.len() + options.sum::<usize>() > CELLS
        {
            return Err(refused(line, Why::TooMany));
        }
        Ok(())
    }

    fn form(mut self) -> Result<Form, FormRefused> {
        self.close_question()?;
        let (line, id) = (self.line, self.id);
        let missing = |word| {
            let of = id.clone();
            refused(line, Why::Missing { of, word })
        };
        if !self.sections.values().any(|one| *one == Asked::Required) {
            return Err(missing(REQUIRED));
        }
        Ok(Form {
            version: self.version.ok_or_else(|| missing(VERSION))?,
            title: self.title.ok_or_else(|| missing(NAME))?,
            applies: self.applies,
            requesters: self.requesters,
            roles: self.roles,
            sections: self.sections,
            questions: self.questions,
            id,
        })
    }
}

fn once<T>(place: &mut Option<T>, word: &'static str, value: T) -> Result<(), Why> {
    match place.replace(value) {
        Some(_) => Err(Why::Twice(word.to_owned())),
        None => Ok(()),
    }
}

const fn refused(line: u32, why: Why) -> FormRefused {
    FormRefused { line, why }
}
