//! Every sort in its spellings, and what must be left alone. All numbers are made up: 示例.

use super::*;

fn sorts(text: &str) -> Vec<Sort> {
    find(text, &["张示例", "Li Shili"])
        .iter()
        .map(|f| f.sort)
        .collect()
}

#[test]
fn every_sort_is_found_however_it_is_written() {
    for (text, sort, masked_text) in [
        ("手机13800138000谢谢", Sort::Mobile, "手机138********谢谢"),
        ("１３８００１３８０００", Sort::Mobile, "１３８********"),
        ("138 0013 8000", Sort::Mobile, "138 **** ****"),
        ("138-0013-8000", Sort::Mobile, "138-****-****"),
        ("1 3 8 0 0 1 3 8 0 0 0", Sort::Mobile, "1 3 8 * * * * * * * *"),
        ("１３８　００１３　８０００", Sort::Mobile, "１３８　****　****"),
        ("+86 13800138000", Sort::Mobile, "+86 138********"),
        ("008613800138000", Sort::Mobile, "0086138********"),
        ("一三八零零一三八零零零", Sort::Mobile, "一三八********"),
        (
            "138\u{200b}0013\u{200b}8000",
            Sort::Mobile,
            "138\u{200b}****\u{200b}****",
        ),
        ("0577-88888888", Sort::Landline, "0577-********"),
        ("（0577）8888 8888", Sort::Landline, "（0577）**** ****"),
        ("０５７７８８８８８８８８", Sort::Landline, "０５７７********"),
        ("010-88888888", Sort::Landline, "010-********"),
        ("+86-577-88888888", Sort::Landline, "+86-577-********"),
        ("联系电话：8888 6666", Sort::Landline, "联系电话：**** ****"),
        ("11010519491231002X", Sort::IdCard, "******************"),
        ("110105 19491231 002x。", Sort::IdCard, "****** ******** ****。"),
        (
            "１１０１０５１９４９１２３１００２Ｘ",
            Sort::IdCard,
            "******************",
        ),
        (
            "身份证440524188001010014号",
            Sort::IdCard,
            "身份证******************号",
        ),
        ("6222021234567890128", Sort::BankCard, "*******************"),
        (
            "6222 0212 3456 7890 128",
            Sort::BankCard,
            "**** **** **** **** ***",
        ),
        ("4111111111111111", Sort::BankCard, "****************"),
        ("浙C12345", Sort::Plate, "浙C*****"),
        ("浙c·1a2b3的车", Sort::Plate, "浙c·*****的车"),
        ("浙ＣＤ１２３４５", Sort::Plate, "浙Ｃ******"),
        ("粤Z1234港", Sort::Plate, "粤Z*****"),
        ("浙C 1 2 3 4 5", Sort::Plate, "浙C * * * * *"),
        (
            "someone.else@example.com。",
            Sort::Email,
            "*******.****@*******.***。",
        ),
        ("ａｂ＠ｅｘａｍｐｌｅ．ｃｎ", Sort::Email, "**＠*******．**"),
        ("我叫张示例，", Sort::Name, "我叫张**，"),
        ("张 示 例", Sort::Name, "张 * *"),
        ("LI SHILI said", Sort::Name, "L* ***** said"),
    ] {
        let found = find(text, &["张示例", "Li Shili"]);
        assert_eq!(found.iter().map(|f| f.sort).collect::<Vec<_>>(), [sort], "{text}");
        let shown = mask(text, &found);
        assert_eq!(shown, masked_text);
        assert_eq!(
            masked(&shown, &["张示例", "Li Shili"]),
            shown,
            "a second time changes nothing"
        );
    }
}

#[test]
fn what_is_nobodys_is_left_alone() {
    for text in [
        "2025-10-13 08:30",
        "2025年10月13日至2026年1月7日",
        "温政发〔2026〕8号",
        "受理编号 2026-000123-27",
        "请拨打12345或110",
        "12345678901",
        "23800138000",
        "138001380001",
        "身份证110105194912310021",
        "合计1234567890123456元",
        "图斑 330302001 号 0577",
        "浙江C区12345",
        "3幢2单元1201室",
        "88886666",
        "经度120.672112 纬度28.000575",
        "a@b",
        "@example.com",
        "京广线",
        "400-800-8820",
        "一二三四五六七八九十",
        "二〇二五年十月一日",
        "91330300MA2XXXXX1Y",
        "张示",
    ] {
        assert_eq!(sorts(text), [], "{text}");
    }
}

#[test]
fn several_in_one_text_are_found_in_order_and_the_rest_is_unchanged() {
    let text = "张示例，13800138000，0577-88888888，浙CD12345；13900139000 13700137000";
    assert_eq!(
        sorts(text),
        [
            Sort::Name,
            Sort::Mobile,
            Sort::Landline,
            Sort::Plate,
            Sort::Mobile,
            Sort::Mobile
        ]
    );
    assert_eq!(
        masked(text, &["张示例"]),
        "张**，138********，0577-********，浙CD*****；139******** 137********"
            .replace("浙CD*****", "浙C******")
    );
}

#[test]
fn a_number_beside_a_date_or_a_room_is_still_found() {
    for text in [
        "101 13800138000",
        "2025-10-13 13800138000",
        "13800138000-2",
        "电话13800138000转2",
    ] {
        assert_eq!(sorts(text), [Sort::Mobile], "{text}");
        assert!(!masked(text, &[]).contains("0013"), "{text}");
    }
}

#[test]
fn every_wrong_check_digit_of_a_card_is_no_card() {
    let without_check = "622202123456789012";
    for digit in '0'..='9' {
        let text = format!("{without_check}{digit}");
        assert_eq!(sorts(&text).contains(&Sort::BankCard), digit == '8', "{text}");
    }
    for digit in "0123456789X".chars() {
        let text = format!("11010519491231002{digit}");
        assert_eq!(sorts(&text).contains(&Sort::IdCard), digit == 'X', "{text}");
    }
}

#[test]
fn finds_never_overlap_and_lie_between_characters() {
    // A walk over all short mixtures of what matters.
    let parts = [
        "1",
        "38",
        "0013",
        "8000",
        " ",
        "浙C",
        "Ｄ",
        "@a.cn",
        "张示例",
        "一",
        "0577-",
        "X",
    ];
    for a in parts {
        for b in parts {
            for c in parts {
                for d in parts {
                    let text = format!("{a}{b}{c}{d}8000");
                    let found = find(&text, &["张示例"]);
                    assert!(found.windows(2).all(|w| w[0].end <= w[1].start));
                    assert!(found.iter().all(|f| text.get(f.start..f.end).is_some()));
                    assert_eq!(mask(&text, &found).chars().count(), text.chars().count());
                }
            }
        }
    }
}
