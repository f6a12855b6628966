//! Workbooks that are no XLSX.

use super::{case, open, read};
use crate::{FileRefused, NotATable, samples};

#[test]
fn an_opendocument_workbook_is_read_like_any_other() {
    let book = samples::ods(
        r#"<table:table table:name="说明" table:style-name="ta2"><table:table-row><table:table-cell><text:p>说明</text:p></table:table-cell></table:table-row></table:table><table:table table:name="工单"><table:table-row><table:table-cell><text:p>工单编号</text:p></table:table-cell><table:table-cell><text:p>标题</text:p></table:table-cell><table:table-cell><text:p>内容</text:p></table:table-cell><table:table-cell><text:p>派发时间</text:p></table:table-cell><table:table-cell><text:p>社区</text:p></table:table-cell></table:table-row><table:table-row table:visibility="collapse"><table:table-cell office:value-type="float" office:value="202611200000001"><text:p>2.03E+14</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"><office:annotation><text:p>批注</text:p></office:annotation><text:p>堆<text:span>物</text:span></text:p><text:p>二<text:s/>层</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2026-11-20T09:30:00"><text:p>20日</text:p></table:table-cell><table:table-cell table:number-rows-spanned="2"><text:p>南路社区</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>A-2</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"><text:p>噪声</text:p></table:table-cell><table:table-cell><text:p>2026-11-24</text:p></table:table-cell><table:covered-table-cell/></table:table-row><table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#,
    );
    let table = open(&book).unwrap();
    assert_eq!(
        (
            table.notes().hidden_rows,
            table.notes().skipped_sheets.len()
        ),
        (1, 1)
    );
    let (tickets, refused) = read(&book);
    assert!(refused.is_empty(), "{refused:?}");
    let lines: Vec<_> = tickets
        .iter()
        .map(|ticket| {
            (
                ticket.line,
                ticket.upstream_no.as_str(),
                ticket.community.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (2, "202611200000001", Some("南路社区")),
            (3, "A-2", Some("南路社区")),
            (4, "A-2", None)
        ]
    );
    assert_eq!(tickets[0].description, "堆物\n二 层");
    assert_eq!(tickets[0].dispatched_at.millis(), 1_795_138_200_000);
}

#[test]
fn what_an_opendocument_workbook_repeats_takes_no_memory() {
    for repeated in [
        r#"<table:table-row table:number-rows-repeated="1000000"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"#,
        r#"<table:table-row><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>"#,
        r#"<table:table-row table:number-rows-repeated="199000"><table:table-cell table:number-columns-repeated="255"><text:p>x</text:p></table:table-cell></table:table-row>"#,
    ] {
        let book = samples::ods(&format!(
            r#"<table:table table:name="a">{repeated}</table:table>"#
        ));
        assert_eq!(
            open(&book).err(),
            Some(FileRefused::NotATable(NotATable::TooLarge))
        );
    }
}

#[test]
fn a_table_within_a_row_is_no_reason_to_stop() {
    let cell = "<table:table-cell><text:p>x</text:p></table:table-cell>";
    let book = samples::ods(&format!(
        r#"<table:table table:name="a"><table:table-row>{cell}<table:table table:name="b">{cell}</table:table></table:table-row></table:table>"#
    ));
    assert!(open(&book).is_err());
}

#[test]
fn an_encrypted_opendocument_workbook_is_told_so() {
    let book = samples::zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
        ("META-INF/manifest.xml", "<m:manifest xmlns:m='m'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>".to_owned()),
        ("content.xml", "?".to_owned()),
    ]);
    assert_eq!(
        open(&book).err(),
        Some(FileRefused::NotATable(NotATable::Password))
    );
}

const SPREADSHEETML: &str = r#"<?xml version="1.0" encoding="ENCODING"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="工单"><Table><Row><Cell ss:MergeAcross="3"><Data ss:Type="String">某街道</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">工单编号</Data></Cell><Cell><Data ss:Type="String">标题</Data></Cell><Cell><Data ss:Type="String">内容</Data></Cell><Cell ss:Index="5"><Data ss:Type="String">派发时间</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="Number">202611200000001</Data></Cell><Cell ss:MergeAcross="1"><Data ss:Type="String">A&amp;B&#10;二</Data><Comment><Data ss:Type="String">批注</Data></Comment></Cell><Cell ss:Index="5"><Data ss:Type="DateTime">2026-11-20T09:30:00.000</Data></Cell></Row>
</Table></Worksheet></Workbook>"#;

#[test]
fn a_workbook_as_one_xml_document_is_read_in_any_encoding() {
    let utf8 = SPREADSHEETML.replace("ENCODING", "UTF-8").into_bytes();
    let text = SPREADSHEETML.replace("ENCODING", "GB2312");
    let gb = encoding_rs::GB18030.encode(&text).0.into_owned();
    for content in [utf8, gb] {
        assert_eq!(open(&content).unwrap().notes().hidden_rows, 1);
        let (tickets, refused) = read(&content);
        assert!(refused.is_empty(), "{refused:?}");
        assert_eq!(
            (tickets[0].line, tickets[0].upstream_no.as_str()),
            (4, "202611200000001")
        );
        assert_eq!(
            (tickets[0].title.as_str(), tickets[0].description.as_str()),
            ("A&B\n二", "A&B\n二")
        );
        assert_eq!(tickets[0].dispatched_at.millis(), 1_795_138_200_000);
    }
}

#[test]
fn a_table_of_a_web_page_is_read() {
    let page = "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset=gb2312><style>td{a:b}<!-- </td> --></style></head>\r\n<body><table border=1>
<tr><td colspan=4><b>某街道工单</b></td></tr>
<tr><th rowspan=2>工单编号<th colspan=2>工单<th rowspan=2>派发时间</tr>
<tr><th>标题<th>内容</tr>
<tr><td style='vnd.ms-excel.numberformat:@'>202611200000001</td><td>楼道&nbsp;堆物</td><td>一<br>二 <3 &lt;b&gt;</td><td>2026-11-20 09:30</td></tr>
</table><table><tr><td>打印时间</td></tr></table>";
    for content in [
        page.as_bytes().to_vec(),
        encoding_rs::GB18030.encode(page).0.into_owned(),
    ] {
        let table = open(&content).unwrap();
        assert_eq!(table.notes().skipped_sheets[0].sheet, "第2个表格");
        let (tickets, refused) = read(&content);
        assert!(refused.is_empty(), "{refused:?}");
        assert_eq!(
            (tickets[0].line, tickets[0].title.as_str()),
            (4, "楼道 堆物")
        );
        assert_eq!(tickets[0].description, "一\n二 <3 <b>");
        assert_eq!(tickets[0].dispatched_at.millis(), 1_795_138_200_000);
    }
}

#[test]
fn a_web_page_without_a_table_is_refused_as_one() {
    for page in [
        "<!DOCTYPE html><html><body>请先登录</body></html>",
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n<table>",
    ] {
        let refusal = open(page.as_bytes()).err();
        assert_eq!(refusal, Some(FileRefused::NotATable(NotATable::WebPage)));
    }
}

#[test]
fn cells_over_cells_of_a_web_page_take_no_memory() {
    let page = format!(
        "<table>{}",
        "<tr><td colspan=99999 rowspan=4000000000>x</td></tr>".repeat(1_000)
    );
    assert!(open(page.as_bytes()).is_err());
}

#[test]
fn a_workbook_of_excel_97_is_read_like_any_other() {
    let table = open(case!("excel-97.xls")).unwrap();
    let skipped: Vec<_> = table
        .notes()
        .skipped_sheets
        .iter()
        .map(|skipped| skipped.sheet.as_str())
        .collect();
    assert_eq!(
        (skipped.as_slice(), table.notes().hidden_rows),
        (["封面", "隐藏"].as_slice(), 1)
    );
    let (tickets, refused) = read(case!("excel-97.xls"));
    assert!(refused.is_empty(), "{refused:?}");
    let [first, second] = tickets.as_slice() else {
        panic!("{tickets:?}");
    };
    assert_eq!(
        (first.line, first.upstream_no.as_str(), first.title.as_str()),
        (3, "X-1", "楼道堆物")
    );
    assert_eq!(first.dispatched_at.millis(), 1_795_138_200_000);
    // A date without a time lasts until its end.
    assert_eq!(first.due_at.unwrap().millis(), 1_795_795_199_000);
    assert_eq!(second.upstream_no, "202611200000001");
    assert_eq!(second.description.chars().count(), 9_005);
    assert_eq!(second.community.as_deref(), Some("南路社区"));
}

/// Every file with some of its bytes changed, or its end cut off, is read or refused.
#[test]
fn damaged_workbooks_end_in_a_sentence() {
    let content = case!("excel-97.xls");
    for step in 1..40 {
        let mut damaged = content.to_vec();
        for (at, byte) in damaged.iter_mut().enumerate() {
            if (at * 31 + step * 17) % 997 == 0 {
                *byte = byte
                    .wrapping_mul(31)
                    .wrapping_add(u8::try_from(step % 256).unwrap());
            }
        }
        for content in [damaged.as_slice(), &content[..content.len() * step / 40]] {
            if let Ok(table) = open(content) {
                table.count();
            }
        }
    }
    for cut in [
        SPREADSHEETML.split_at(SPREADSHEETML.len() / 2).0,
        "<table><tr><td>工单编号</td>",
    ] {
        assert!(open(cut.as_bytes()).is_err(), "{cut}");
    }
    // Changes in the part of the records alone: the container stays whole.
    for at in (512..6_000).step_by(41) {
        let mut damaged = content.to_vec();
        damaged[at] ^= 0x5A;
        if let Ok(table) = open(&damaged) {
            table.count();
        }
    }
}
