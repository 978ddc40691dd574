//! Shows what waits for a moment: `past`, `lasted`, and the next change that becomes a timer (E3, E6).

use super::*;

#[test]
fn x10_a_threshold_is_crossed_at_three() {
    let world = World::new(&[
        "services: table id: text, class: choice voice other, users: integer, began_at: instant, restored_at: instant",
        "accident_thresholds: table id: text, class: choice voice other, lasted: duration, users: integer",
    ]);
    let voice = || Some(Value::Choice("voice".parse().expect("a choice")));
    let limit = table(&[(
        "2a",
        &[
            ("class", voice()),
            ("lasted", Some(Value::Duration(Span::from_hours(1)))),
            ("users", Some(Value::Integer(30_000))),
        ],
    )]);
    let service = |restored: Option<Value>| {
        table(&[(
            "a",
            &[
                ("class", voice()),
                ("users", Some(Value::Integer(40_000))),
                ("began_at", Some(instant("2026-11-20 14:00"))),
                ("restored_at", restored),
            ],
        )])
    };
    let text = "services.exists(s, accident_thresholds.exists(t, t.class == s.class && s.users >= t.users \
                && lasted(s.began_at, s.restored_at) >= t.lasted))";
    let world = world
        .with("accident_thresholds", limit)
        .with("services", service(None));
    let found = world.evaluate(text, at("2026-11-20 14:40"));
    assert_eq!(
        (found.truth(), found.next_change),
        (Truth::False, Some(at("2026-11-20 15:00")))
    );
    assert_eq!(
        world.evaluate(text, at("2026-11-20 15:00")).truth(),
        Truth::True
    );
    // X11
    for (restored, expected) in [
        ("2026-11-20 14:50", Truth::False),
        ("2026-11-20 15:05", Truth::True),
    ] {
        let world = world
            .clone()
            .with("services", service(Some(instant(restored))));
        let found = world.evaluate(text, at("2026-11-20 16:00"));
        assert_eq!((found.truth(), found.next_change), (expected, None));
    }
}

#[test]
fn x12_a_fraction_of_a_minute_is_cut_to_the_microsecond() {
    let world = World::new(&[
        "users: integer",
        "began_at: instant",
        "restored_at: instant",
    ])
    .with("users", Value::Integer(70_000))
    .with("began_at", instant("2026-11-20 09:00"));
    let text = "users > 0 && lasted(began_at, restored_at) >= minutes(900000 / users)";
    let crossed = at("2026-11-20 09:12:51.428571");
    let found = world.evaluate(text, at("2026-11-20 09:05"));
    assert_eq!(
        (found.truth(), found.next_change),
        (Truth::False, Some(crossed))
    );
    assert_eq!(
        world.evaluate(text, micros_later(crossed, -1)).truth(),
        Truth::False
    );
    assert_eq!(world.evaluate(text, crossed).truth(), Truth::True);
}

#[test]
fn lasted_compares_with_the_end_and_waits_without_one() {
    let world = World::new(&["a: instant", "b: instant"]).with("a", instant("2026-11-20 10:00"));
    let ended = world.clone().with("b", instant("2026-11-20 11:00"));
    for (text, ended_value, eleven) in [
        ("lasted(a, b) >= hours(1)", Truth::True, Truth::True),
        ("lasted(a, b) > hours(1)", Truth::False, Truth::True),
        ("lasted(a, b) >= hours(2)", Truth::False, Truth::False),
        ("lasted(b, a) >= hours(1)", Truth::False, Truth::Unknown),
    ] {
        let found = ended.evaluate(text, noon());
        assert_eq!(
            (found.truth(), found.next_change),
            (ended_value, None),
            "`{text}`"
        );
        assert_eq!(
            world.evaluate(text, at("2026-11-20 11:00")).truth(),
            eleven,
            "`{text}`"
        );
    }
    let nothing = World::new(&["a: instant", "b: instant"]).with("b", instant("2026-11-20 11:00"));
    assert_eq!(
        nothing.evaluate("lasted(a, b) >= hours(0)", noon()).truth(),
        Truth::Unknown
    );
}

#[test]
fn a_date_has_passed_when_it_has_ended_in_the_zone_of_the_authority() {
    let mut world = World::new(&["on: date"]).with("on", date("2026-11-20"));
    let found = world.evaluate("past(on)", noon());
    assert_eq!(
        (found.truth(), found.next_change),
        (Truth::False, Some(at("2026-11-21 00:00")))
    );
    assert_eq!(
        world.evaluate("past(on)", at("2026-11-21 00:00")).truth(),
        Truth::True
    );
    world.zone = "America/Santiago".parse().expect("a zone");
    world.set("on", Some(date("2026-09-05")));
    let midnight = world
        .evaluate("past(on)", at("2026-09-05 00:00"))
        .next_change
        .expect("a change");
    assert_eq!(
        midnight.civil(&world.zone).hour(),
        1,
        "summer time skips that midnight"
    );
}

#[test]
fn the_date_of_an_instant_is_the_authoritys_unless_a_day_was_stated() {
    let mut world = World::new(&["on: date", "t: instant"]).with("on", date("2026-11-20"));
    world.zone = "Europe/Berlin".parse().expect("a zone");
    world.set("t", Some(instant("2026-11-20 07:59")));
    assert_eq!(
        world.evaluate("date_of(t) < on", noon()).truth(),
        Truth::True,
        "the nineteenth in Berlin"
    );
    let tokyo: Zone = "Asia/Tokyo".parse().expect("a zone");
    let day = Instant::day("2026-11-20".parse().expect("a date"), tokyo);
    assert_eq!(day.precision, Precision::Day);
    world.set("t", Some(Value::Instant(day)));
    assert_eq!(
        world.evaluate("date_of(t) == on", noon()).truth(),
        Truth::True,
        "V2: it is that day"
    );
}

#[test]
fn the_next_change_is_the_earliest_moment_that_was_asked_for() {
    let world = World::new(&["a: instant", "b: instant", "c: boolean"])
        .with("a", instant("2026-11-20 13:00"))
        .with("b", instant("2026-11-20 14:00"))
        .with("c", Value::Boolean(false));
    let one = Some(at("2026-11-20 13:00"));
    let two = Some(at("2026-11-20 14:00"));
    for (text, expected) in [
        ("past(a)", one),
        ("past(b) && past(a)", two),
        ("past(b) || past(a)", one),
        ("c && past(a)", None),
        ("past(a) && c", one),
        ("!past(a)", one),
        ("known(past(b))", two),
        ("past(earliest(b, a))", one),
        ("past(latest(b, a))", two),
        ("past(a - hours(2))", None),
        ("unknown(a)", None),
    ] {
        assert_eq!(
            world.evaluate(text, noon()).next_change,
            expected,
            "`{text}`"
        );
    }
    assert_eq!(
        world
            .evaluate("past(a)", at("2026-11-20 13:00"))
            .next_change,
        None,
        "it has come"
    );
}

#[test]
fn a_computed_fact_hands_its_next_change_on() {
    struct Handing(World);
    impl Env for Handing {
        fn fact(&self, name: &FactName) -> Option<&Value> {
            Env::fact(&self.0, name)
        }
        fn row(&self, name: &FactName) -> Option<BoundRow<'_>> {
            Env::row(&self.0, name)
        }
        fn applies(&self) -> Truth {
            Truth::True
        }
        fn did(&self, _: &ActionName) -> Option<Timestamp> {
            None
        }
        fn entered(&self, _: &StateName) -> Option<Timestamp> {
            None
        }
        fn filed(&self, _: &ObligationName) -> Option<Timestamp> {
            None
        }
        fn due(&self, _: &ObligationName) -> Option<Timestamp> {
            None
        }
        fn since(&self, _: &SinceOf) -> Option<Timestamp> {
            None
        }
        fn gaps(&self, _: &ObligationName) -> Option<i64> {
            None
        }
        fn zone(&self) -> &Zone {
            &self.0.zone
        }
        fn next_change(&self, of: &Reference) -> Option<Timestamp> {
            (of.to_string() == "long_enough").then(|| at("2026-11-20 13:00"))
        }
    }
    let world = World::new(&["long_enough: boolean", "a: boolean"])
        .with("long_enough", Value::Boolean(false));
    let guard = world.guard("long_enough || a");
    assert_eq!(
        guard.evaluate(&Handing(world.clone()), noon()).next_change,
        Some(at("2026-11-20 13:00"))
    );
    assert_eq!(guard.evaluate(&world, noon()).next_change, None);
}

#[test]
fn the_first_of_equal_instants_is_kept_with_its_zone() {
    let berlin = Value::Instant(Instant::new(
        at("2026-11-20 12:00"),
        "Europe/Berlin".parse().expect("a zone"),
    ));
    let world = World::new(&["a: instant", "b: instant", "c: instant"])
        .with("a", berlin.clone())
        .with("b", instant("2026-11-20 12:00"));
    for (text, expected) in [
        ("earliest(c, a, b)", &berlin),
        ("latest([a, b])", &berlin),
        ("latest(b, a)", &instant("2026-11-20 12:00")),
    ] {
        let expr = compile(text, Wanted::Anchor, &world).expect("read");
        assert_eq!(
            expr.evaluate(&world, noon()).value.as_ref(),
            Some(expected),
            "`{text}`"
        );
    }
    assert_eq!(
        world.evaluate("a == b", noon()).truth(),
        Truth::True,
        "the moment counts, not the zone"
    );
}
