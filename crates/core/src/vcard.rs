//! A contact as a vCard 4.0 file (RFC 6350), for the phone's own address book.
//!
//! Written by hand: five properties of an organisation need no library, only escaping (§3.4) and folding (§3.2).

use weimenhu_domain::{
    Record,
    record::{Location, Tel},
};

/// The contact; none for records that are no contact.
pub fn vcard(record: &Record) -> Option<String> {
    let mut card = Card::new();
    match record {
        Record::Agency(a) => {
            card.organisation(&a.name, &a.phones, a.location, &a.website);
            card.address(&a.address);
            card.text("NOTE", &a.hours);
        }
        Record::School(s) => {
            card.organisation(&s.name, &s.phones, s.location, &s.website);
            card.address(&s.address);
        }
        Record::Hospital(h) => {
            card.organisation(&h.name, &h.phones, h.location, &h.website);
            card.address(&h.address);
            card.text("NOTE", &h.hours);
        }
        Record::Phone(p) => {
            card.organisation(&p.name, &p.phones, None, "");
            card.text("NOTE", &p.note);
        }
        _ => return None,
    }
    Some(card.end())
}

struct Card(String);

impl Card {
    fn new() -> Self {
        Self("BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\n".into())
    }

    fn organisation(&mut self, name: &str, phones: &[Tel], location: Option<Location>, website: &str) {
        self.text("FN", name);
        self.text("ORG", name);
        for phone in phones {
            self.line(&format!("TEL;VALUE=uri:tel:{}", phone.number));
        }
        if let Some(l) = location {
            self.line(&format!("GEO:geo:{},{}", l.lat, l.lng));
        }
        if !website.is_empty() {
            self.line(&format!("URL:{website}"));
        }
    }

    /// The whole address is the street: official addresses are not divided further.
    fn address(&mut self, street: &str) {
        if !street.is_empty() {
            self.line(&format!("ADR:;;{};;;;", escape(street)));
        }
    }

    fn text(&mut self, property: &str, value: &str) {
        if !value.is_empty() {
            self.line(&format!("{property}:{}", escape(value)));
        }
    }

    /// Folds at 75 octets, between characters.
    fn line(&mut self, line: &str) {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > 75 {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(c);
            octets += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    fn end(mut self) -> String {
        self.0.push_str("END:VCARD\r\n");
        self.0
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace(';', "\\;")
        .replace('\n', "\\n")
        .replace('\r', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use weimenhu_domain::Collection;

    #[test]
    fn a_contact_is_escaped_and_folded() {
        let json = r#"{"name":"温州市示例局, 一; 二","kind":"市级部门","phones":[{"number":"0577-12345"}],
            "location":{"lat":28.0,"lng":120.7},"address":"某路1号","duties":"","hours":"工作日\n上午",
            "website":"https://example.gov.cn/a-rather-long-address-that-must-be-folded-somewhere-along-the-way"}"#;
        let card = vcard(&Record::parse(Collection::Agencies, json).unwrap()).unwrap();
        assert!(card.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\n") && card.ends_with("END:VCARD\r\n"));
        assert!(card.contains("FN:温州市示例局\\, 一\\; 二\r\n"), "{card}");
        assert!(card.contains("TEL;VALUE=uri:tel:0577-12345\r\n") && card.contains("GEO:geo:28,120.7\r\n"));
        assert!(card.contains("NOTE:工作日\\n上午\r\n"));
        assert!(card.split("\r\n").all(|line| line.len() <= 75), "{card}");
    }
}
