//! Words for the replica's refusals: `code: sentence`, the code stable, the sentence for people.

use sync_core::edit::EditError;
use sync_core::replica::ReplicaError;

/// The message of the error that a binding throws.
pub fn describe(error: &ReplicaError) -> String {
    format!("{error}: {}", sentence(error))
}

const fn sentence(error: &ReplicaError) -> &'static str {
    match error {
        ReplicaError::Damaged => "这条记录打不开，内容仍保存在手机里，请联系街道热线办。",
        ReplicaError::Edit(EditError::ContentChanged) => {
            "文书刚刚有改动，这次签字没有记下。请重新看一遍再签。"
        }
        ReplicaError::Edit(EditError::ContentIncomplete) => {
            "文书还没有填全，不能签字。请先补上缺的内容。"
        }
        ReplicaError::Edit(EditError::DocumentFull) => {
            "这条走访记录已写满，请新建一条走访继续记录。"
        }
        ReplicaError::Edit(EditError::EntryImmutable) => "这一条记下后不能修改，请另记一条。",
        ReplicaError::Edit(EditError::EntryUnknown | EditError::PathUnknown) => {
            "没有这一项，请返回重新打开记录。"
        }
        ReplicaError::Edit(EditError::OutsideRepresentation) => {
            "您是业主代表，只能以自己所代表的一方签字、反映履约情况和拍照。"
        }
        ReplicaError::Edit(EditError::NoteTooLong) => "文字太长，最多 4000 字，请分开填写。",
        ReplicaError::Edit(EditError::RecordIncomplete) => {
            "还有必填的没有填，先存为草稿；请按清单补齐后再提交。"
        }
        ReplicaError::Edit(EditError::TooManyAnswers) => {
            "这条记录的回答太多了，存不下；请另开一次走访。"
        }
        ReplicaError::Edit(EditError::TooManyEntries) => {
            "这一栏最多 500 条，请新建一条走访继续记录。"
        }
        ReplicaError::Edit(EditError::ClockImpossible) => {
            "手机的日期不对，请在手机设置里打开“自动确定日期和时间”。"
        }
        ReplicaError::Edit(EditError::ValueRefused) => "填写的内容不符合要求，请检查后重填。",
        ReplicaError::Frame(_) => "服务器的回答看不懂，请稍后重试。",
        ReplicaError::Locked => "这条记录已审核或工单已转给他人，只能查看。",
        ReplicaError::NoSession => "请先登记这部手机。",
        ReplicaError::Unknown => "找不到这条记录，请返回列表。",
    }
}
