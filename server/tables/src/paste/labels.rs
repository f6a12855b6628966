//! What platforms call the fields of a ticket.

use super::PastedField;

/// Field and the words for it, as the city's platform, neighbouring districts and chat messages have them. No word may stand
/// for two fields.
const LABELS: &[(PastedField, &[&str])] = {
    use PastedField as F;
    &[
        (
            F::UpstreamNo,
            &[
                "工单编号",
                "工单号",
                "工单号码",
                "受理编号",
                "受理单号",
                "诉求编号",
                "案件编号",
                "任务编号",
                "事件编号",
                "流水号",
                "工单流水号",
                "编号",
                "单号",
                "热线工单编号",
            ],
        ),
        (
            F::Requester,
            &[
                "诉求人",
                "来电人",
                "来电人姓名",
                "诉求人姓名",
                "反映人",
                "反映人姓名",
                "投诉人",
                "投诉人姓名",
                "联系人",
                "联系人姓名",
                "市民姓名",
                "姓名",
                "来话人",
                "来话人姓名",
                "申请人",
                "当事人",
            ],
        ),
        (
            F::Phone,
            &[
                "联系电话",
                "来电号码",
                "来电电话",
                "电话",
                "联系方式",
                "手机",
                "手机号",
                "手机号码",
                "电话号码",
                "回访电话",
                "联系号码",
                "诉求人电话",
                "来电人电话",
                "反映人电话",
                "主叫号码",
            ],
        ),
        (
            F::Description,
            &[
                "诉求内容",
                "诉求详情",
                "内容",
                "工单内容",
                "反映内容",
                "问题描述",
                "事件描述",
                "来电内容",
                "诉求描述",
                "投诉内容",
                "具体内容",
                "主要内容",
                "详细内容",
                "受理内容",
                "反映问题",
                "诉求事项",
            ],
        ),
        (
            F::Title,
            &[
                "标题",
                "工单标题",
                "诉求标题",
                "主题",
                "工单主题",
                "诉求主题",
                "事件标题",
                "问题标题",
            ],
        ),
        (
            F::Address,
            &[
                "地址",
                "诉求地址",
                "事发地址",
                "事发地点",
                "详细地址",
                "发生地址",
                "发生地点",
                "地点",
                "问题地址",
                "问题地点",
                "事件地址",
                "事件地点",
                "反映地址",
                "具体地址",
                "诉求地点",
            ],
        ),
        (
            F::Community,
            &[
                "社区",
                "所属社区",
                "所在社区",
                "责任社区",
                "村居",
                "所属村居",
            ],
        ),
        (
            F::DueAt,
            &[
                "办理时限",
                "截止时间",
                "办结时限",
                "处理时限",
                "办理期限",
                "要求办结时间",
                "到期时间",
                "限办时间",
                "答复时限",
                "反馈时限",
                "办结期限",
                "截止日期",
                "应办结时间",
                "要求反馈时间",
            ],
        ),
        (
            F::DispatchedAt,
            &[
                "派发时间",
                "派单时间",
                "下派时间",
                "交办时间",
                "转办时间",
                "分派时间",
                "下发时间",
                "受理时间",
                "来电时间",
                "诉求时间",
                "登记时间",
                "反映时间",
                "创建时间",
            ],
        ),
        (
            F::Channel,
            &[
                "来源渠道",
                "诉求来源",
                "来源",
                "工单来源",
                "受理渠道",
                "渠道",
                "受理方式",
                "案件来源",
            ],
        ),
        (
            F::RequestKind,
            &[
                "诉求类型",
                "诉求性质",
                "工单类型",
                "诉求类别",
                "性质",
                "来电类型",
                "事件性质",
            ],
        ),
        (
            F::RequesterType,
            &["诉求主体", "主体类型", "诉求人类型", "来电人类型"],
        ),
        (
            F::Urgency,
            &["紧急程度", "缓急程度", "紧急级别", "紧急等级"],
        ),
        (
            F::CategoryL1,
            &[
                "类别大类",
                "大类",
                "一级分类",
                "一级类别",
                "归口大类",
                "诉求大类",
            ],
        ),
        (
            F::CategoryL2,
            &[
                "类别中类",
                "中类",
                "二级分类",
                "二级类别",
                "归口中类",
                "诉求中类",
            ],
        ),
        (
            F::CategoryL3,
            &[
                "类别小类",
                "小类",
                "三级分类",
                "三级类别",
                "归口小类",
                "诉求小类",
            ],
        ),
        (
            F::UnitText,
            &[
                "承办单位",
                "责任单位",
                "办理单位",
                "主办单位",
                "处置单位",
                "承办部门",
                "责任部门",
            ],
        ),
    ]
};

/// The field that this word stands for.
pub(super) fn field_of(word: &str) -> Option<PastedField> {
    LABELS
        .iter()
        .find(|(_, words)| words.contains(&word))
        .map(|(field, _)| *field)
}

/// Every word, longest first, so that `工单编号` is not taken for `编号`.
pub(super) fn longest_first() -> Vec<(Vec<char>, PastedField)> {
    let words = LABELS
        .iter()
        .flat_map(|(field, words)| words.iter().map(|word| (word.chars().collect(), *field)));
    let mut words: Vec<(Vec<char>, PastedField)> = words.collect();
    words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    words
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_word_stands_for_two_fields() {
        let words = longest_first();
        let one: BTreeSet<_> = words.iter().map(|(word, _)| word).collect();
        assert_eq!(one.len(), words.len());
    }
}
