//! Holds one mistake after another: what is changed in the sound workflow, and what is found where.
//! The last two tests see that no code is forgotten and that no case passes by itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{changed, compiled, found, is_ours};
use crate::diagnostic::ALL_CODES;

/// A mistake: what is changed, and what is found.
struct Case {
    changes: &'static [(&'static str, &'static str)],
    found: &'static [&'static str],
}

/// Writes the table of cases.
macro_rules! cases {
    ($($changes:expr => $found:expr;)+) => {
        const CASES: &[Case] = &[$(Case { changes: &$changes, found: &$found }),+];
    };
}

cases! {
    // What this version does not run.
    [("version: 1", "version: 1\ndecisions: { by: desk, approval: { by: chief } }")] => [];
    [("version: 1", "version: 1\ndecisions: { by: nobody }")] => ["WF0201 56:18 nobody"];
    [("version: 1", "version: 1\ndecisions: { by: desk, approval: { by: desk } }")] => ["WF3001 56:40 desk"];
    [("version: 1", "version: 1\ndecisions: { approval: { by: desk } }")] => ["WF0104 56:12"];
    [("version: 1", "version: 1\ndecisions: { by: desk, until: now }")] => ["WF0103 56:24 until"];
    [("version: 1", "version: 1\ndecisions: { by: desk }"), ("  severe: boolean", "  severe: boolean\n  decisions: boolean")] => ["WF0202 56:12 { by: desk }"];
    [("version: 1", "version: 1\ndecisions: { by: desk }"), ("  tell: {", "  decisions: { from: detected, by: desk }\n  tell: {")] => ["WF5105 68:3 decisions"];
    [("version: 1", "version: 1\ndecisions: { by: desk }"), ("severe && users >= 100", "severe && users >= 100 && decisions.exists(d, d.kind == \"hold\")")] => [];
    [("severe && users >= 100", "severe && size(decisions) > 0")] => ["WF5020 61:24 decisions"];
    [("approval: { by: chief }", "approval: { by: chief, statement: tt-oath }")] => ["WF0001 50:100 statement"];
    [("note: Compare. }", "note: Compare., items: [{ title: Users, facts: [users] }] }"), ("    document: [{ when", "    contains: { always: [users, began_at] }\n    document: [{ when")] => ["WF4009 83:33 began_at"];
    [("note: Compare. }", "note: Compare., items: [{ title: Users, facts: [users, nothing] }] }")] => ["WF4010 83:44 tt-form", "WF4010 83:55 tt-form"];
    [("force: voluntary", "force: voluntary, late_needs: [users]")] => ["WF4011 70:43 users"];
    [("force: voluntary", "force: voluntary, to: none")] => ["WF4006 70:34 none"];
    [("early: { force: voluntary }", "early: { force: internal, to: none, met: began_at, channels: [phone], clock: { due: began_at } }"), ("files: [first, early]", "files: first")] => ["WF4007 70:54 channels"];
    [("early: { force: voluntary }", "early: { force: internal, to: none, met: began_at, clock: { anchor: began_at, within: 1 day, counting: tt-days } }"), ("files: [first, early]", "files: first")] => ["WF0001 70:106 tt-days"];
    [("early: { force: voluntary }", "early: { force: internal, to: none, met: began_at, clock: { due: began_at } }")] => ["WF4008 67:93 early"];
    [("force: voluntary", "force: voluntary, each: { users: measures }")] => ["WF5111 70:38 users"];
    [("force: voluntary", "force: voluntary, each: { row: users }")] => ["WF5108 70:43 users"];
    [("force: voluntary", "force: voluntary, each: { row: nothing }")] => ["WF0201 70:43 nothing"];
    [("force: voluntary", "force: voluntary, each: measures")] => ["WF0105 70:36 measures"];
    [("force: voluntary", "force: voluntary, to: row.office, each: { row: measures }")] => ["WF3002 70:34 row.office"];
    [("force: voluntary", "force: voluntary, to: row.due, each: { row: measures }")] => ["WF5108 70:34 row.due"];
    [("force: voluntary", "force: voluntary, met: began_at")] => ["WF4006 70:35 began_at"];
    [("anchor: began_at, within: promptly and at most 24 hours", "due: began_at, within: promptly")] => ["WF2010 73:29 within"];
    [("anchor: began_at, within: promptly and at most 24 hours", "due: users")] => ["WF5035 73:19 users"];
    [("within: promptly and at most 24 hours, target: aim", "every: 1 day, within: promptly"), ("anchor: filed.first,", "anchor: began_at,")] => ["WF0001 73:46 within"];
    [("within: promptly and at most 24 hours", "until: began_at, within: promptly and at most 24 hours")] => ["WF2011 73:32 until"];
    [("within: promptly and at most 24 hours, target: aim", "every: 5 working days"), ("anchor: filed.first,", "anchor: began_at,")] => ["WF2012 73:39 5 working days"];
    [("within: promptly and at most 24 hours, target: aim", "every: [{ period: 6 hours, for: 1 day }, { period: 1 day }]"), ("anchor: filed.first,", "anchor: began_at,")] => ["WF2012 73:64 1 day"];
    [("within: promptly and at most 24 hours, target: aim", "every: [{ period: 6 hours, for: 20 hours }, { period: 24 hours }]"), ("anchor: filed.first,", "anchor: began_at,")] => ["WF2013 73:64 20 hours"];
    [("within: promptly and at most 24 hours, target: aim", "every: [{ period: 6 hours }, { period: 24 hours }]"), ("anchor: filed.first,", "anchor: began_at,")] => ["WF2014 73:50 6 hours"];
    [("within: promptly and at most 24 hours, target: aim", "every: 6 hours, at: noon"), ("anchor: filed.first,", "anchor: began_at,")] => ["WF0108 73:52 noon"];
    [("within: promptly and at most 24 hours, target: aim", "every: 0 hours"), ("anchor: filed.first,", "anchor: began_at,")] => ["WF2009 73:39 0 hours"];
    [("within: promptly and at most 24 hours, target: aim", "every: users"), ("anchor: filed.first,", "anchor: began_at,")] => ["WF5035 73:39 users"];
    [("within: promptly and at most 24 hours, target: aim", "every: 1 day, counting: tt-days"), ("anchor: filed.first,", "anchor: began_at,")] => ["WF0001 73:56 tt-days"];
    [("  bureau: { owner: operator,", "  b: { owner: operator, type: instant, default: 2026-01-01 }\n  bureau: { owner: operator,")] => ["WF0001 37:49 2026-01-01"];
    [("{ before: 1 hour, to: desk }", "{ before: 2 working days, to: desk }")] => ["WF0001 76:14 { before: 2 working days, to: desk }"];

    // What the law says of a day.
    [("  severe: boolean", "  severe: { type: boolean, owner: law }")] => ["WF0104 64:19 boolean", "WF5112 64:35 law", "WF5114 67:69 severe"];
    [("  users: integer", "  users: { type: integer, values: [] }")] => ["WF5113 12:35 []"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer }\n  bureau: { owner: operator,")] => ["WF0104 37:30 integer"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [] }\n  bureau: { owner: operator,")] => ["WF0104 37:30 integer"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-01-01, law: tt-act-1 }] }\n  bureau: { owner: operator,")] => ["WF0104 37:48"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-01-01, value: 5 }] }\n  bureau: { owner: operator,")] => ["WF0104 37:48"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-01-01, law: [], value: 5 }] }\n  bureau: { owner: operator,")] => ["WF0104 37:48 { from: 2020-01-01, law: [], value: 5 }"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ law: tt-act-1, value: 5 }] }\n  bureau: { owner: operator,")] => ["WF0104 37:48"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020, law: tt-act-1, value: 5 }] }\n  bureau: { owner: operator,")] => ["WF0105 37:56 2020"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-01-01, law: tt-act-9, value: 5 }] }\n  bureau: { owner: operator,")] => ["WF0201 37:73 tt-act-9"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-01-01, law: tt-rumour, value: 5 }] }\n  bureau: { owner: operator,")] => ["WF4004 37:73 tt-rumour"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-01-01, law: tt-act-1, value: many }] }\n  bureau: { owner: operator,")] => ["WF0105 37:90 many"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, max: 4, values: [{ from: 2020-01-01, law: tt-act-1, value: 5 }] }\n  bureau: { owner: operator,")] => ["WF0108 37:98 5"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, class: personal, values: [{ from: 2020-01-01, law: tt-act-1, value: 5 }] }\n  bureau: { owner: operator,")] => ["WF5113 37:46 personal"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, default: 4, values: [{ from: 2020-01-01, law: tt-act-1, value: 5 }] }\n  bureau: { owner: operator,")] => ["WF5106 37:48 4"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-02-01, law: tt-act-1, value: 5 }, { from: 2020-01-01, law: tt-act-1, value: 6 }] }\n  bureau: { owner: operator,")] => ["WF4012 37:103 2020-01-01"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-02-01, law: tt-act-1, value: 5 }, { from: 2020-02-01, law: tt-act-1, value: 6 }] }\n  bureau: { owner: operator,")] => ["WF4012 37:103 2020-02-01"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: table, key: id, columns: { id: text, least: integer, lasted: duration }, values: [{ from: 2020-01-01, law: tt-act-1, rows: [] }] }\n  bureau: { owner: operator,")] => [];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: table, key: id, columns: { id: text, least: integer, lasted: duration }, values: [{ from: 2020-01-01, law: tt-act-1, rows: [{ id: a, least: 1, lasted: 1 hour }] }] }\n  bureau: { owner: operator,")] => [];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: table, key: id, columns: { id: text, least: integer, lasted: duration }, values: [{ from: 2020-01-01, law: tt-act-1, rows: [{ id: a, least: 1, lasted: 1 hour, most: 2 }] }] }\n  bureau: { owner: operator,")] => ["WF0201 37:189 most"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: table, key: id, columns: { id: text, least: integer, lasted: duration }, values: [{ from: 2020-01-01, law: tt-act-1, rows: [{ id: a, least: 1 }] }] }\n  bureau: { owner: operator,")] => ["WF0104 37:154 { id: a, least: 1 }"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: table, key: id, columns: { id: text, least: integer, lasted: duration }, values: [{ from: 2020-01-01, law: tt-act-1, rows: [{ id: a, least: 1, lasted: 1 day }] }] }\n  bureau: { owner: operator,")] => ["WF0108 37:181 1 day"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: table, key: id, columns: { id: text, least: integer, lasted: duration }, values: [{ from: 2020-01-01, law: tt-act-1, rows: [{ id: a, least: 1, lasted: 1 hour }, { id: a, least: 1, lasted: 1 hour }] }] }\n  bureau: { owner: operator,")] => ["WF0109 37:191 { id: a, least: 1, lasted: 1 hour }"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: table, key: id, columns: { id: text, least: integer, lasted: duration }, values: [{ from: 2020-01-01, law: tt-act-1, rows: [a] }] }\n  bureau: { owner: operator,")] => ["WF0105 37:154 a"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: table, key: id, columns: { id: text, least: integer, lasted: duration }, values: [{ from: 2020-01-01, law: tt-act-1, rows: 5 }] }\n  bureau: { owner: operator,")] => ["WF0105 37:153 5"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: table, key: id, columns: { id: text, least: integer, lasted: { type: duration, class: personal } }, values: [{ from: 2020-01-01, law: tt-act-1, rows: [{ id: a, least: 1, lasted: 1 hour }] }] }\n  bureau: { owner: operator,")] => ["WF5113 37:116 personal"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-01-01, law: tt-act-1, value: 100 }] }\n  bureau: { owner: operator,"), ("needs: [began_at, severe]", "needs: [began_at, severe, limit]")] => ["WF5114 68:77 limit"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-01-01, law: tt-act-1, value: 100 }] }\n  bureau: { owner: operator,"), ("in_force: { from: 2025-04-01, by: began_at }\n", ""), ("users >= 100\n", "users >= limit\n")] => ["WF4013 61:9 severe && users >= limit"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: period, values: [{ from: 2020-01-01, law: tt-act-1, value: 1 day }] }\n  bureau: { owner: operator,"), ("in_force: { from: 2025-04-01, by: began_at }\n", ""), ("promptly and at most 24 hours", "promptly and at most limit, counting: tt-days")] => ["WF4013 73:40 promptly and at most limit"];
    [("  bureau: { owner: operator,", "  limit: { owner: law, type: integer, values: [{ from: 2020-01-01, law: tt-act-1, value: 100 }] }\n  bureau: { owner: operator,"), ("in_force: { from: 2025-04-01, by: began_at }", "in_force: { from: 2025-04-01, by: day }"), ("  severe: boolean", "  severe: boolean\n  day: { type: date, is: \"earliest(measures.filter(m, limit > 1).map(m, m.due))\" }")] => ["WF5109 66:3 day"];

    // What values keep to.
    [("  users: integer", "  users: { type: integer, min: none }")] => ["WF0105 12:32 none"];
    [("  users: integer", "  users: { type: integer, min: 2, max: 1 }")] => ["WF0108 12:40 1"];
    [("  users: integer", "  users: { type: integer, happened: true }")] => ["WF5102 12:27 happened"];
    [("  began_at: instant", "  began_at: { type: instant, min: 0 }")] => ["WF5102 10:30 min"];
    [("  began_at: instant", "  began_at: { type: instant, happened: 1 }")] => ["WF0105 10:40 1"];
    [("due: date, what", "due: { type: date, max: 1 }, what")] => ["WF5102 16:77 max"];
    [("{ type: boolean, is: \"lasted(began_at, restored_at) >= hours(2)\" }", "{ type: boolean, is: \"lasted(began_at, restored_at) >= hours(2)\" }\n  double: { type: integer, min: 0, is: users * 2 }")] => ["WF5107 66:19 integer"];
    [("  bureau: { owner: operator,", "  b: { owner: operator, type: integer, min: 1, default: 0 }\n  bureau: { owner: operator,")] => ["WF0108 37:57 0"];

    // Documents.
    [("tsuho: 1\nworkflow", "tsuho: 2\nworkflow")] => ["WF0101 53:8 2"];
    [("tsuho: 1\nworkflow", "workflow")] => ["WF0104 53:1"];
    [("tsuho: 1\nworkflow", "tsuho: one\nworkflow")] => ["WF0105 53:8 one"];
    [("library: tt\n", "lib: tt\n")] => ["WF0102 18:1"];
    [("because: Many users.", "becuase: Many users.")] => ["WF0103 62:3 becuase"];
    [("  notified: { phase: notify }", "  notified: { phase: notify, colour: red }")] => ["WF0103 46:30 colour"];
    [("version: 1\n", "")] => ["WF0104 53:1"];
    [("version: 1", "version: 0")] => ["WF0108 55:10 0"];
    [("  notified: { phase: notify }", "  notified: {}")] => ["WF0104 46:13"];
    [("  severe: boolean", "  severe: {}")] => ["WF0104 64:11"];
    [("phone: sent", "phone: 1")] => ["WF0105 22:93 1"];
    [("uses: [tt]", "uses: { tt: true }")] => ["WF0105 57:7 { tt: true }"];
    [("  notified: { phase: notify }", "  notified: notify")] => ["WF0105 46:13 notify"];
    [("because: Many users.", "because: [Many]")] => ["WF0105 62:12 [Many]"];
    [("because: Many users.", "because: {}")] => ["WF0104 62:12"];
    [("  when: severe && users >= 100", "  when: [severe]")] => ["WF0105 61:9 [severe]"];
    [("phase: notify", "phase: notification")] => ["WF0106 46:22 notification"];
    [("force: voluntary", "force: voluntry")] => ["WF0106 70:19 voluntry"];
    [("owner: incident", "owner: incidents")] => ["WF0106 3:8 incidents"];
    [("workflow: outage", "workflow: Outage")] => ["WF0107 54:11 Outage"];
    [("  severe: boolean", "  isSevere: boolean")] => ["WF5020 61:9 severe", "WF0107 64:3 isSevere", "WF0201 67:69 severe"];
    [("from: 2025-04-01", "from: 2025-4-1")] => ["WF0108 59:19 2025-4-1"];
    [("from: 2025-04-01", "from: 2025-04-01, until: 2024-01-01")] => ["WF0108 59:38 2024-01-01"];
    [("within: 60 days", "within: 60 moons")] => ["WF0108 81:58 60 moons"];
    [("within: 60 days", "within: Sixty days")] => ["WF0108 81:58 Sixty days"];
    [("zone: Asia/Tokyo, calendar", "zone: Asia/Tokio, calendar")] => ["WF0108 22:37 Asia/Tokio"];
    [("ends: \"24:00\"", "ends: \"25:00\"")] => ["WF0108 30:48 \"25:00\""];
    [("target: aim", "target: 2 fortnights")] => ["WF0108 73:79 2 fortnights"];
    [("default: 2 hours", "default: two hours")] => ["WF0108 15:50 two hours"];
    [("needs: [began_at, severe]", "needs: [began_at, severe, began_at]")] => ["WF0109 67:77 began_at"];
    [("always: [began_at]", "always: [began_at, users]")] => ["WF0109 74:55 users"];
    [("first: [excluded, included]", "first: [excluded, excluded]")] => ["WF0109 30:31 excluded"];
    [("{ when: users >= 1000, use: tt-form }", "{ use: tt-form }")] => ["WF0110 83:16"];
    [("{ before: 1 hour, to: desk }", "{ to: desk }")] => ["WF0111 76:14 { to: desk }"];
    [("{ before: 1 hour, to: desk }", "{ before: 1 hour, after: 1 hour, to: desk }")] => ["WF0111 76:14 { before: 1 hour, after: 1 hour, to: desk }"];

    // Names.
    [("uses: [tt]", "uses: [tr]")] => ["WF0201 57:8 tr"];
    [("extends: path", "extends: paths")] => ["WF0201 56:10 paths"];
    [("by: desk, needs", "by: dek, needs")] => ["WF0201 67:45 dek"];
    [("files: last, approval: { by: desk }", "files: last, approval: { by: nobody }")] => ["WF0201 68:81 nobody"];
    [("to: desk }]", "to: deks }]")] => ["WF0201 76:36 deks"];
    [("from: notified, to: closed", "from: notify, to: closed")] => ["WF0201 68:19 notify"];
    [("from: notified, to: closed", "from: notified, to: close")] => ["WF0201 68:33 close"];
    [("files: [first, early]", "files: [first, early, lost]")] => ["WF0201 67:100 lost"];
    [("releases: all", "releases: [firsts]")] => ["WF0201 48:63 firsts"];
    [("needs: [began_at, severe]", "needs: [began, severe]")] => ["WF0201 67:59 began"];
    [("as_known: [users, outline]", "as_known: [users, outlines]")] => ["WF0201 74:55 outlines"];
    [("law: tt-act-2", "law: tt-act-3")] => ["WF0201 29:10 tt-act-3"];
    [("title: Holidays, law: [tt-act-1]", "title: Holidays, law: [tt-act]")] => ["WF0201 26:43 tt-act"];
    [("counting: tt-days, target", "counting: tt-day, target")] => ["WF0201 82:56 tt-day"];
    [("tt-form]", "tt-from]")] => ["WF0201 83:55 tt-from"];
    [("calendar: jp-government", "calendar: jp-goverment")] => ["WF0201 22:59 jp-goverment"];
    [("under: tt-office }\ndocuments", "under: tt-ofice }\ndocuments")] => ["WF0201 37:54 tt-ofice"];
    [("tt-branch: { under: tt-office }", "tt-branch: { under: office }")] => ["WF0201 23:23 office"];
    [("by: began_at }", "by: began }")] => ["WF0201 59:35 began"];
    [("target: aim", "target: ain")] => ["WF0201 73:79 ain"];
    [("workflow: outage", "workflow: path")] => ["WF0202 54:11 path"];
    [("library: tt\n", "library: base\n")] => ["WF0014 19:10 base", "WF0201 57:8 tt"];
    [("  severe: boolean", "  severe: boolean\n  users: integer")] => ["WF0202 65:3 users"];
    [("template: path\n", "template: path\nextends: outage\nversion: 1\n")] => ["WF0203 43:10 outage"];
    [("template: path\n", "template: path\nextends: t1\n---\ntsuho: 1\ntemplate: t1\nextends: t2\n---\ntsuho: 1\ntemplate: t2\nextends: t3\n---\ntsuho: 1\ntemplate: t3\nextends: t4\n---\ntsuho: 1\ntemplate: t4\n---\ntsuho: 1\ntemplate: path2\n")] => ["WF0204 55:10 t4"];
    [("actions:\n  tell", "actions:\n  dismis: none\n  tell")] => ["WF0205 67:3 dismis"];

    // States and actions.
    [("phase: detect, initial: true", "phase: detect")] => ["WF1001 54:11 outage"];
    [("phase: notify }", "phase: notify, initial: true }")] => ["WF1002 46:39 true"];
    [("outcome: not_reported, releases: all", "outcome: not_reported, initial: true, releases: all"), ("phase: detect, initial: true", "phase: detect")] => ["WF1003 48:61 true"];
    [("outcome: completed", "outcome: not_reported")] => ["WF1004 54:11 outage"];
    [("phase: closed, outcome: completed", "phase: closed")] => ["WF1005 47:3 closed"];
    [("phase: notify }", "phase: notify, outcome: completed }")] => ["WF1006 46:39 completed"];
    [("phase: notify }", "phase: notify, releases: all }")] => ["WF1006 46:40 all"];
    [("phase: detect, initial", "phase: report, initial")] => ["WF1007 67:31 notified"];
    [("  closed: {", "  lost: { phase: report }\n  closed: {")] => ["WF1008 47:3 lost", "WF1009 47:3 lost"];
    [("files: [first, early] }", "files: [first, early] }\n  trap: { from: detected, to: lost, by: desk }"), ("  closed: {", "  lost: { phase: report }\n  closed: {")] => ["WF1009 47:3 lost"];
    [("from: nothing, to: detected, by: clock, when: applies }", "from: nothing, to: detected, by: clock, not_before: { anchor: entered.nothing, after: 1 hour } }")] => [];
    [("by: clock, when: applies }", "by: clock, not_before: { anchor: began_at, after: 1 day } }")] => ["WF2001 51:92 1 day"];
    [("by: clock, when: applies }", "by: clock, not_before: { anchor: users, after: 1 hour } }")] => ["WF5035 51:75 users"];
    [("by: clock, when: applies }", "by: clock, not_before: { anchor: began_at } }")] => ["WF0104 51:65"];
    [("by: clock, when: applies }", "by: clock, not_before: { anchor: began_at, after: 0 hours } }")] => ["WF2009 51:92 0 hours"];
    [("by: clock, when: applies }", "by: clock, not_before: { anchor: began_at, after: 5 working days, counting: tt-days } }")] => ["WF2002 51:118 tt-days"];
    [("by: clock, when: applies }", "by: clock, not_before: { anchor: began_at, until: 1 hour, after: 1 hour } }")] => ["WF0103 51:85 until"];
    [("by: clock, when: applies }", "by: clock, not_before: [{ anchor: began_at, after: 1 hour }, { anchor: restored_at, after: 1 hour }] }")] => ["WF0110 51:66"];
    [("by: clock, when: applies", "by: clock")] => ["WF1010 51:46 clock"];
    [("to: detected, by: clock, when: applies", "by: clock, when: applies")] => ["WF1011 51:3 reopen"];
    [("by: clock, when: applies", "by: clock, when: applies, approval: { by: chief }")] => ["WF1011 51:78 { by: chief }"];
    [("by: clock, when: applies", "by: clock, when: applies, needs: [users]")] => ["WF1011 51:76 users"];
    [("by: chief, files: last, approval: { by: desk }", "by: clock, when: severe, files: last")] => ["WF1011 68:73 last"];
    [("by: desk, when: applies == false, approval: { by: chief }", "by: clock, when: applies == false")] => ["WF1012 50:34 nothing"];
    // A standstill delays the circle only where every way round passes the state from whose entry it counts.
    [("by: desk, when: applies == false, approval: { by: chief }", "by: clock, when: applies == false, not_before: { anchor: entered.detected, after: 1 hour }")] => [];
    [("by: desk, when: applies == false, approval: { by: chief }", "by: clock, when: applies == false, not_before: { anchor: entered.nothing, after: 1 hour }")] => [];
    [("by: desk, when: applies == false, approval: { by: chief }", "by: clock, when: applies == false, not_before: { anchor: entered.notified, after: 1 hour }")] => ["WF1012 50:34 nothing"];
    [("by: desk, when: applies == false, approval: { by: chief }", "by: clock, when: applies == false, not_before: { anchor: began_at, after: 1 hour }")] => ["WF1012 50:34 nothing"];
    [("by: desk, when: applies == false, approval: { by: chief }", "by: clock, when: applies == false, not_before: { anchor: entered.detected, after: aim, counting: as-written }")] => ["WF1012 50:34 nothing"];
    [("by: desk, when: applies == false, approval: { by: chief }", "by: clock, when: applies == false, not_before: [{ when: severe, anchor: entered.detected, after: 1 hour }]")] => ["WF1012 50:34 nothing"];
    [("by: desk, when: applies == false, approval: { by: chief }", "by: clock, when: applies == false, not_before: [{ when: severe, anchor: entered.detected, after: 1 hour }, { anchor: entered.detected, after: 2 hours }]")] => [];

    // Clocks.
    [("counting: tt-days, target", "target")] => ["WF2001 82:40 P30D"];
    [("within: P30D, counting: tt-days", "within: aim")] => ["WF2001 82:40 aim"];
    [("within: P30D, counting: tt-days", "within: 1 month, counting: tt-days")] => ["WF2002 82:59 tt-days"];
    [("within: P30D, counting: tt-days", "within: 30 days, counting: elapsed")] => ["WF2002 82:59 elapsed"];
    [("within: 10 days, law", "within: 10 working days, counting: tt-days, law")] => ["WF2002 82:134 tt-days"];
    [("tt-office: { title: Office, zone: Asia/Tokyo, calendar: jp-government,", "tt-office: { title: Office, zone: Asia/Tokyo,")] => ["WF2003 81:77 tt-days", "WF2003 82:56 tt-days"];
    [("to: desk }]\n", "to: desk }]\n    to: tt-public\n"), ("channels: [phone]", "channels: [web]"), ("promptly and at most 24 hours", "promptly and at most 3 days, counting: tt-days")] => ["WF2003 73:79 tt-days"];
    [("  jp-government:", "  tt-days-off: { title: x }\n  jp-government:")] => ["WF2004 26:3 tt-days-off"];
    [("  severe: boolean", "  severe: boolean\n  day: date"), ("anchor: began_at, within: promptly", "anchor: day, within: promptly")] => ["WF2005 74:22 day"];
    [("  severe: boolean", "  severe: boolean\n  day: date"), ("target: aim", "target: { anchor: day, within: aim }")] => ["WF2005 74:89 day"];
    [("within: promptly and at most 24 hours, target: aim", "within: promptly")] => ["WF2006 73:40 promptly"];
    [("target: aim", "target: 25 hours")] => ["WF2007 73:79 25 hours"];
    [("within: promptly and at most 24 hours, target: aim", "within: promptly and at most 0 hours")] => ["WF2009 73:40 promptly and at most 0 hours"];
    [("readings: { included:", "readings: { moment:")] => ["WF2008 31:25 { law: [tt-act-1], because: It can be read so. }"];

    // People and recipients.
    [("approval: { by: desk }", "approval: { by: chief }")] => ["WF3001 68:81 chief"];
    [("authority: [tt-office, bureau]", "authority: [tt-office, burau]")] => ["WF3002 58:24 burau"];
    [("authority: [tt-office, bureau]", "authority: [tt-office, tt-nobody]")] => ["WF3002 58:24 tt-nobody"];
    [("authority: [tt-office, bureau]\n", "")] => ["WF3003 69:3 early", "WF3003 70:3 first", "WF3003 76:3 last"];
    [("authority: [tt-office, bureau]", "authority: began_at")] => ["WF5108 58:12 began_at"];
    [("channels: [phone]", "channels: [fax]")] => ["WF3004 75:16 fax"];
    [("zone: Asia/Tokyo, channels", "channels")] => ["WF3005 24:3 tt-public"];
    [("tt-office: { title", "tt-office: { under: tt-branch, title")] => ["WF3006 22:3 tt-office", "WF3006 23:3 tt-branch"];

    // Obligations and law.
    [("files: last, approval", "approval")] => ["WF4001 77:3 last"];
    [("force: voluntary", "force: voluntary, clock: { anchor: began_at, within: 1 hour }")] => ["WF4002 70:37 { anchor: began_at, within: 1 hour }"];
    [("force: voluntary", "force: internal")] => ["WF4003 70:3 early"];
    [("law: [tt-act-1]\n    clock", "law: [tt-rumour]\n    clock")] => ["WF4004 72:11 tt-rumour"];
    [("    law: tt-act-2\n    days", "    law: tt-rumour\n    days")] => ["WF4004 29:10 tt-rumour"];
    [("law: [tt-act-1] }]", "law: [tt-rumour] }]")] => ["WF4004 82:122 tt-rumour"];
    [("law: [tt-act-2]\n    when", "when")] => ["WF4005 77:3 last"];

    // Facts.
    [("  users: integer", "  users: number")] => ["WF5101 12:10 number"];
    [("  users: integer", "  users: servise")] => ["WF5101 12:10 servise"];
    [("  users: integer", "  users: choice")] => ["WF0104 12:10"];
    [("  users: integer", "  users: { type: choice }")] => ["WF0104 12:10"];
    [("  users: integer", "  users: { type: integer, under: tt-office }")] => ["WF5102 12:27 under"];
    [("what: { type: text", "what: { type: table")] => ["WF5103 16:83 table"];
    [("what: { type: text", "what: { type: choice")] => ["WF0104 16:75"];
    [("id: text, due", "id: integer, due")] => ["WF5104 16:48 id"];
    [("id: text, due", "id: { type: text, class: personal }, due")] => ["WF5104 16:48 id"];
    [("key: id", "key: number")] => ["WF5104 16:33 number"];
    [("type: table, key", "type: table, class: personal, key")] => ["WF5102 16:35 personal"];
    [("  users: integer", "  users: integer\n  known: integer")] => ["WF5105 13:3 known"];
    [("  users: integer", "  users: { type: integer, default: 3 }")] => ["WF5106 12:36 3"];
    [("type: period, default: 2 hours", "type: period, default: 2")] => ["WF0105 15:50 2"];
    [("under: tt-office }\ndocuments", "under: tt-office, default: tt-public }\ndocuments")] => ["WF0108 37:74 tt-public"];
    [("under: tt-office }\ndocuments", "under: tt-office, default: tt-nobody }\ndocuments")] => ["WF0201 37:74 tt-nobody"];
    [("long: { type: boolean,", "long: { type: boolean, owner: operator,")] => ["WF5107 65:33 operator"];
    [("needs: [began_at, severe]", "needs: [began_at, long]")] => ["WF5107 67:69 long"];
    [("by: began_at }", "by: users }")] => ["WF5108 59:35 users"];
    [("target: aim", "target: users")] => ["WF5108 73:79 users"];
    [("  severe: boolean", "  severe: { type: boolean, is: long }"), ("\"lasted(began_at, restored_at) >= hours(2)\"", "severe")] => ["WF5109 64:3 severe", "WF5107 67:69 severe"];
    [("  severe: boolean", "  severe: { type: boolean, is: applies }")] => ["WF5109 61:9 severe && users >= 100", "WF5107 67:69 severe"];
    [("    when: long", "    when: past(due.last)"), ("anchor: filed.first,", "anchor: due.last,")] => ["WF5109 77:3 last"];
    [("  when: severe && users >= 100", "  when: severe && outline == \"x\"")] => ["WF5037 61:19 outline"];
    [("  when: severe && users >= 100", "  when: true")] => ["WF5040 61:9 true"];
}

#[test]
fn each_mistake_is_found_where_it_is_and_nothing_else() {
    let mut wrong = Vec::new();
    for case in CASES {
        let text = changed(case.changes);
        let found = found(&compiled(&text));
        if found != case.found {
            wrong.push(format!(
                "{:?}\n    expected {:?}\n    found    {found:?}",
                case.changes, case.found
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_the_compiler_is_found_by_a_case() {
    let all: BTreeSet<&str> = ALL_CODES
        .iter()
        .map(|code| code.id)
        .filter(|id| is_ours(id))
        .collect();
    let crowded = found(&compiled(&crowded()));
    assert_eq!(crowded, ["WF1013 2:11 crowded"]);
    let chained = found(&compiled(&chained()));
    assert_eq!(chained, ["WF5110 72:3 f17"]);
    let lines = CASES.iter().flat_map(|case| case.found.iter().copied());
    let caught: BTreeSet<&str> = lines
        .chain(chained.iter().map(String::as_str))
        .chain(crowded.iter().map(String::as_str))
        .map(|line| &line[..6])
        .collect();
    let forgotten: Vec<&&str> = all.difference(&caught).collect();
    assert!(forgotten.is_empty(), "no case finds {forgotten:?}");
    println!(
        "planted {} mistakes of {} codes, caught {}",
        CASES.len(),
        all.len(),
        CASES.len()
    );
}

/// Returns a workflow in which a hundred and one actions leave each of a hundred states.
fn crowded() -> String {
    let mut text =
        String::from("tsuho: 1\nworkflow: crowded\nversion: 1\nuses: [crowd]\nstates:\n");
    text.push_str(
        "  end: { phase: closed, outcome: completed }\n  s0: { phase: detect, initial: true }\n",
    );
    for number in 1..100 {
        let _ = writeln!(text, "  s{number}: {{ phase: detect }}");
    }
    text.push_str("actions:\n");
    for number in 0..101 {
        let _ = writeln!(text, "  a{number}: {{ from: any, to: end, by: desk }}");
    }
    text.push_str("---\ntsuho: 1\nlibrary: crowd\nroles: { desk: {} }\n");
    text
}

/// Returns a workflow in which forty facts are computed, each from the next.
fn chained() -> String {
    let mut facts = String::from("facts:\n  f50: boolean\n");
    for number in 10..50 {
        let _ = writeln!(
            facts,
            "  f{number}: {{ type: boolean, is: f{} }}",
            number + 1
        );
    }
    changed(&[(
        "facts:\n  severe: boolean\n",
        &format!("{facts}  severe: boolean\n"),
    )])
}
