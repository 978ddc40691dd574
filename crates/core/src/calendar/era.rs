//! Reads and writes Japanese era dates: 令和5年10月27日 is 2023-10-27.
//! Qualifiers such as 頃 or 現在 are left to whoever keeps the text beside the date.

use jiff::civil;

use crate::time::{Date, InvalidTime};

/// Each era with its first day, the latest first; Meiji from the day on which Japan took the Gregorian calendar.
const ERAS: [(&str, Date, i16); 5] = [
    ("令和", civil::date(2019, 5, 1), 2018),
    ("平成", civil::date(1989, 1, 8), 1988),
    ("昭和", civil::date(1926, 12, 25), 1925),
    ("大正", civil::date(1912, 7, 30), 1911),
    ("明治", civil::date(1873, 1, 1), 1867),
];

/// Reads an era date with half or full width digits; the first year is 元年 or 1年.
///
/// A day that does not lie in its era is refused, because one of the two is a slip.
///
/// ```
/// use tsuho_core::calendar::era;
///
/// assert_eq!(era::parse("令和５年１０月２７日")?.to_string(), "2023-10-27");
/// assert!(era::parse("平成31年5月1日").is_err());
/// # Ok::<(), tsuho_core::time::InvalidTime>(())
/// ```
///
/// # Errors
/// Refuses any other text, and days that no calendar has.
pub fn parse(text: &str) -> Result<Date, InvalidTime> {
    read(text).ok_or_else(|| InvalidTime {
        text: text.to_owned(),
        what: "era date",
        form: "an era and a day that lies in it, such as `令和5年10月27日`",
    })
}

/// Writes a date in its era; `None` before 1873, when Japan counted days otherwise.
#[must_use]
pub fn format(date: Date) -> Option<String> {
    let (name, _, before) = ERAS.into_iter().find(|(_, first, _)| *first <= date)?;
    let year = match date.year() - before {
        1 => "元".to_owned(),
        year => year.to_string(),
    };
    Some(format!("{name}{year}年{}月{}日", date.month(), date.day()))
}

/// Reads an era date, if the text is one.
fn read(text: &str) -> Option<Date> {
    let index = ERAS.iter().position(|(name, ..)| text.starts_with(name))?;
    let (name, first, before) = ERAS[index];
    let (year, rest) = text.strip_prefix(name)?.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix('日')?;
    let year = if year == "元" { 1 } else { number(year)? };
    let small = |text: &str| number(text).and_then(|number| i8::try_from(number).ok());
    let date = Date::new(before.checked_add(year)?, small(month)?, small(day)?).ok()?;
    let ended = index
        .checked_sub(1)
        .is_some_and(|next| ERAS[next].1 <= date);
    (date >= first && !ended).then_some(date)
}

/// Reads a positive number of at most four digits of either width.
fn number(text: &str) -> Option<i16> {
    let digit = |letter: char| match letter {
        '0'..='9' => letter.to_digit(10),
        '０'..='９' => Some(u32::from(letter) - u32::from('０')),
        _ => None,
    };
    let digits: Option<Vec<u32>> = text.chars().map(digit).collect();
    let digits = digits.filter(|digits| (1..=4).contains(&digits.len()))?;
    let value = digits
        .into_iter()
        .fold(0, |value, digit| value * 10 + digit);
    i16::try_from(value).ok().filter(|value| *value > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_era_date_is_the_date_it_names() {
        for (era, iso) in [
            ("令和6年3月5日", "2024-03-05"),
            ("令和5年11月27日", "2023-11-27"),
            ("令和7年3月28日", "2025-03-28"),
            ("令和元年5月1日", "2019-05-01"),
            ("平成31年4月30日", "2019-04-30"),
            ("平成元年1月8日", "1989-01-08"),
            ("昭和64年1月7日", "1989-01-07"),
            ("昭和元年12月25日", "1926-12-25"),
            ("大正15年12月24日", "1926-12-24"),
            ("明治45年7月29日", "1912-07-29"),
        ] {
            let date: Date = iso.parse().expect("a date");
            assert_eq!(parse(era).as_ref(), Ok(&date), "{era}");
            assert_eq!(format(date).as_deref(), Some(era));
        }
        assert_eq!(parse("令和５年１０月２７日"), parse("令和5年10月27日"));
        assert_eq!(parse("令和1年5月1日"), parse("令和元年5月1日"));
        assert_eq!(format(civil::date(1872, 12, 31)), None);
    }

    #[test]
    fn a_day_outside_its_era_or_calendar_is_refused() {
        for wrong in [
            "平成31年5月1日",
            "昭和64年1月8日",
            "令和元年4月30日",
            "令和5年2月29日",
            "令和0年5月1日",
            "令和5年13月1日",
            "令和5年10月27日頃",
            "令和5年10月",
            "令和年10月27日",
            "R5.10.27",
            "",
            "令和",
            "令和-5年1月1日",
            "令和99999年1月1日",
            " 令和5年10月27日",
            "明治5年1月1日",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_day_since_1873_survives_being_written() {
        let mut date = civil::date(1873, 1, 1);
        let mut days = 0;
        while date < civil::date(2100, 1, 1) {
            let text = format(date).expect("an era");
            assert_eq!(parse(&text), Ok(date), "{text}");
            date = date.tomorrow().expect("a day");
            days += 1;
        }
        println!("FIGURE era: days compared {days}, differences 0 of {days}");
    }
}
