//! Lists every code of a mistake in a text; a code is never given to another mistake and never reused.
//! Families: WF0 reading and shape, WF1 graph, WF2 time, WF3 people, WF4 obligations and law, WF5 data and
//! expressions, WF7 compatibility, WF8 scenarios, which stand in `codes/scenario.rs`; those of rules about texts that can
//! be run stand in `codes/lint.rs`.

use super::{Code, Severity};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $word:literal, $severity:ident;)+) => {
        $($(#[$doc])* pub const $name: Code = Code { id: $id, name: $word, severity: Severity::$severity };)+

        /// Every code of this file, in its order.
        pub(super) const LISTED: &[Code] = &[$($name),+];
    };
}

mod lint;
mod scenario;

pub use lint::*;
pub use scenario::*;

/// Every code, in the order of their families.
pub const ALL: &[Code] = &{
    let mut all = [NOT_SUPPORTED; LISTED.len() + lint::LISTED.len() + scenario::LISTED.len()];
    let (own, others) = all.split_at_mut(LISTED.len());
    let (lints, scenarios) = others.split_at_mut(lint::LISTED.len());
    own.copy_from_slice(LISTED);
    lints.copy_from_slice(lint::LISTED);
    scenarios.copy_from_slice(scenario::LISTED);
    all
};

codes! {
    /// The language has this construct, and this version of tsuho does not run it yet.
    NOT_SUPPORTED = "WF0001", "not-supported", Error;

    // Reading a text
    /// The bytes are no UTF-8.
    NOT_UTF8 = "WF0002", "not-utf8", Error;
    /// The file is larger than any workflow.
    FILE_TOO_LARGE = "WF0003", "file-too-large", Error;
    /// A character that does not show, or that lets a line read otherwise than it is.
    CONTROL_CHARACTER = "WF0004", "control-character", Error;
    /// A line is longer than anybody can read.
    LINE_TOO_LONG = "WF0005", "line-too-long", Error;
    /// A text is longer than any value.
    TEXT_TOO_LONG = "WF0006", "text-too-long", Error;
    /// Lists and mappings lie too deep within each other.
    TOO_DEEP = "WF0007", "too-deep", Error;
    /// The file has too many keys and values.
    TOO_MANY_NODES = "WF0008", "too-many-values", Error;
    /// The file has too many documents.
    TOO_MANY_DOCUMENTS = "WF0009", "too-many-documents", Error;
    /// The file has nothing to read.
    EMPTY_FILE = "WF0010", "empty-file", Error;
    /// A document between others has nothing in it.
    EMPTY_DOCUMENT = "WF0011", "empty-document", Error;
    /// A document is no mapping.
    ROOT_NOT_A_MAPPING = "WF0012", "root-not-a-mapping", Error;
    /// A document says twice what it is.
    SEVERAL_ROOT_KINDS = "WF0013", "several-root-kinds", Error;
    /// A file has the same document twice.
    DUPLICATE_DOCUMENT = "WF0014", "duplicate-document", Error;
    /// The text is no YAML.
    SYNTAX = "WF0020", "syntax", Error;
    /// A quotation mark is not closed.
    UNCLOSED_QUOTE = "WF0021", "unclosed-quote", Error;
    /// A bracket or brace is not closed.
    UNCLOSED_BRACKET = "WF0022", "unclosed-bracket", Error;
    /// A tab stands where spaces indent.
    TAB = "WF0023", "tab", Error;
    /// A line is indented so that it belongs nowhere.
    INDENTATION = "WF0024", "indentation", Error;
    /// Something follows a complete value or document.
    TRAILING_CONTENT = "WF0025", "trailing-content", Error;
    /// A colon or dash is not followed by a space.
    MISSING_SPACE = "WF0026", "missing-space", Error;
    /// A backslash in double quotes escapes nothing.
    BAD_ESCAPE = "WF0027", "bad-escape", Error;
    /// A `%` directive.
    DIRECTIVE = "WF0030", "directive", Error;
    /// A `&` anchor.
    ANCHOR = "WF0031", "anchor", Error;
    /// A `*` alias.
    ALIAS = "WF0032", "alias", Error;
    /// A `!!` tag.
    TAG = "WF0033", "tag", Error;
    /// An expression that begins with `!`, which YAML takes for a tag.
    LEADING_EXCLAMATION = "WF0034", "leading-exclamation", Error;
    /// A `<<` merge key.
    MERGE_KEY = "WF0035", "merge-key", Error;
    /// A mapping has a key twice.
    DUPLICATE_KEY = "WF0040", "duplicate-key", Error;
    /// A key is no text.
    KEY_NOT_TEXT = "WF0041", "key-not-text", Error;
    /// A comma in `{ }` has cut a text in two.
    STRAY_KEY = "WF0042", "stray-key", Error;
    /// A comma in `{ }` or `[ ]` has torn an expression.
    TORN_EXPRESSION = "WF0043", "torn-expression", Error;
    /// A word that other versions of YAML take for a truth value.
    TRUTH_LOOKALIKE = "WF0044", "truth-lookalike", Error;
    /// A number with a fraction.
    FRACTION = "WF0045", "fraction", Error;
    /// A number that not every reader keeps exactly.
    NUMBER_OUT_OF_RANGE = "WF0046", "number-out-of-range", Error;
    /// A word that some readers take for a number.
    NUMBER_LOOKALIKE = "WF0047", "number-lookalike", Error;
    /// The two readers understand a text differently.
    READERS_DISAGREE = "WF0050", "readers-disagree", Error;
    /// One of the two readers refuses the text.
    SECOND_READER_REFUSES = "WF0051", "second-reader-refuses", Error;

    // Expressions
    /// An expression has more characters than E1 allows.
    GUARD_TOO_LONG = "WF5001", "guard-too-long", Error;
    /// An expression nests deeper than E1 allows.
    GUARD_TOO_DEEP = "WF5002", "guard-too-deep", Error;
    /// An expression is empty.
    GUARD_EMPTY = "WF5003", "guard-empty", Error;
    /// A character has no meaning in an expression.
    GUARD_UNEXPECTED_CHARACTER = "WF5004", "guard-unexpected-character", Error;
    /// A full-width character or a curved quote stands where ASCII is meant.
    GUARD_FULL_WIDTH_CHARACTER = "WF5005", "guard-full-width-character", Error;
    /// A character that no reader sees stands in an expression.
    GUARD_INVISIBLE_CHARACTER = "WF5006", "guard-invisible-character", Error;
    /// A quoted text has no end.
    GUARD_UNCLOSED_TEXT = "WF5007", "guard-unclosed-text", Error;
    /// A quoted text has an escape that is none.
    GUARD_BAD_ESCAPE = "WF5008", "guard-bad-escape", Error;
    /// A number is not whole, not decimal, or too large.
    GUARD_BAD_NUMBER = "WF5009", "guard-bad-number", Error;
    /// Half of an operator stands alone: `=`, `&`, `|`.
    GUARD_TORN_OPERATOR = "WF5010", "guard-torn-operator", Error;
    /// A word is one that CEL keeps for itself.
    GUARD_RESERVED_WORD = "WF5011", "guard-reserved-word", Error;
    /// CEL has this construct, and the language leaves it out (E1).
    GUARD_UNSUPPORTED_CONSTRUCT = "WF5012", "guard-unsupported-construct", Error;
    /// A bracket has no partner.
    GUARD_UNBALANCED_BRACKET = "WF5013", "guard-unbalanced-bracket", Error;
    /// A value is missing.
    GUARD_MISSING_VALUE = "WF5014", "guard-missing-value", Error;
    /// Two values stand side by side.
    GUARD_MISSING_OPERATOR = "WF5015", "guard-missing-operator", Error;
    /// `&&` and `||` are mixed without parentheses.
    GUARD_MIXED_AND_OR = "WF5016", "guard-mixed-and-or", Error;
    /// CEL's parser does not understand a text that passed every check before it.
    GUARD_NOT_AN_EXPRESSION = "WF5017", "guard-not-an-expression", Error;
    /// A name stands for nothing.
    GUARD_UNKNOWN_NAME = "WF5020", "guard-unknown-name", Error;
    /// A table has no such column.
    GUARD_UNKNOWN_COLUMN = "WF5021", "guard-unknown-column", Error;
    /// A choice has no such value.
    GUARD_UNKNOWN_CHOICE = "WF5022", "guard-unknown-choice", Error;
    /// There is no such function.
    GUARD_UNKNOWN_FUNCTION = "WF5023", "guard-unknown-function", Error;
    /// Other dialects of CEL have this function, and the language leaves it out (E1).
    GUARD_UNSUPPORTED_FUNCTION = "WF5024", "guard-unsupported-function", Error;
    /// A function is called in another way than its own.
    GUARD_WRONG_CALL = "WF5025", "guard-wrong-call", Error;
    /// A row is used as a value.
    GUARD_ROW_ALONE = "WF5026", "guard-row-alone", Error;
    /// A prefix of the history stands without what it is about.
    GUARD_PREFIX_ALONE = "WF5027", "guard-prefix-alone", Error;
    /// Something that is no row is asked for a column.
    GUARD_NO_FIELDS = "WF5028", "guard-no-fields", Error;
    /// A row takes a name that means something else already.
    GUARD_HIDING_NAME = "WF5029", "guard-hiding-name", Error;
    /// A function over rows is not told what to call the row.
    GUARD_ROW_NAME_EXPECTED = "WF5030", "guard-row-name-expected", Error;
    /// An operator joins types that do not go together (E4).
    GUARD_TYPE_MISMATCH = "WF5031", "guard-type-mismatch", Error;
    /// A function or operator takes another type.
    GUARD_WRONG_ARGUMENT = "WF5032", "guard-wrong-argument", Error;
    /// A date meets an instant (E4).
    GUARD_DATE_WITH_INSTANT = "WF5033", "guard-date-with-instant", Error;
    /// A list holds values of several types.
    GUARD_MIXED_LIST = "WF5034", "guard-mixed-list", Error;
    /// An expression gives another type than its place needs.
    GUARD_WRONG_RESULT = "WF5035", "guard-wrong-result", Error;
    /// `lasted` stands elsewhere than left of `>=` or `>` (E3).
    GUARD_MISPLACED_LASTED = "WF5036", "guard-misplaced-lasted", Error;
    /// A personal or privileged value is read (A3).
    GUARD_HELD_VALUE = "WF5037", "guard-held-value", Error;
    /// A series has no single moment (E2).
    GUARD_SERIES = "WF5038", "guard-series", Error;
    /// An obligation without a number in the law has no due moment (E2).
    GUARD_NO_NUMBER = "WF5039", "guard-no-number", Error;
    /// A condition is never false.
    GUARD_ALWAYS_TRUE = "WF5040", "guard-always-true", Warning;
    /// A condition is never true.
    GUARD_ALWAYS_FALSE = "WF5041", "guard-always-false", Warning;
    /// A value is never known.
    GUARD_ALWAYS_UNKNOWN = "WF5042", "guard-always-unknown", Warning;

    // Documents: WF0101 to WF0199.
    /// A document names an edition of the language that is not known.
    UNKNOWN_EDITION = "WF0101", "unknown-edition", Error;
    /// A document does not say what it is.
    NO_KIND = "WF0102", "no-kind", Error;
    /// A mapping has a key that the language does not have there.
    UNKNOWN_KEY = "WF0103", "unknown-key", Error;
    /// A mapping lacks a key.
    MISSING_KEY = "WF0104", "missing-key", Error;
    /// A value has another shape than its place needs.
    WRONG_SHAPE = "WF0105", "wrong-shape", Error;
    /// A word is none of those that may stand in its place.
    UNKNOWN_WORD = "WF0106", "unknown-word", Error;
    /// A text is no name of its kind.
    BAD_NAME = "WF0107", "bad-name", Error;
    /// A text is no value of its kind.
    BAD_VALUE = "WF0108", "bad-value", Error;
    /// A list names something twice.
    NAMED_TWICE = "WF0109", "named-twice", Error;
    /// A case stands behind one that always holds.
    CASE_NEVER_REACHED = "WF0110", "case-never-reached", Error;
    /// A reminder does not say when.
    BAD_REMINDER = "WF0111", "bad-reminder", Error;

    // Names: WF0201 to WF0299.
    /// Nothing has that name.
    UNKNOWN_NAME = "WF0201", "unknown-name", Error;
    /// A name is declared a second time.
    DECLARED_TWICE = "WF0202", "declared-twice", Error;
    /// A workflow extends itself.
    EXTENDS_CYCLE = "WF0203", "extends-cycle", Error;
    /// A workflow has too many parents above one another.
    EXTENDS_TOO_DEEP = "WF0204", "extends-too-deep", Error;
    /// `none` removes what no parent has.
    REMOVES_NOTHING = "WF0205", "removes-nothing", Error;

    // States and actions: WF1001 to WF1099.
    /// No state is the one in which a case begins.
    NO_INITIAL_STATE = "WF1001", "no-initial-state", Error;
    /// Two states are the one in which a case begins.
    TWO_INITIAL_STATES = "WF1002", "two-initial-states", Error;
    /// A case begins in a closed state.
    INITIAL_CLOSED = "WF1003", "initial-closed", Error;
    /// No state closes a case as completed.
    NO_COMPLETED_STATE = "WF1004", "no-completed-state", Error;
    /// A closed state does not say how it ends a case.
    OUTCOME_MISSING = "WF1005", "outcome-missing", Error;
    /// A state that is not closed says how it ends a case.
    OUTCOME_MISPLACED = "WF1006", "outcome-misplaced", Error;
    /// An action leads from a later phase to an earlier one.
    PHASE_BACKWARDS = "WF1007", "phase-backwards", Error;
    /// No path leads to a state.
    UNREACHABLE_STATE = "WF1008", "unreachable-state", Error;
    /// No path leads from a state to an end.
    NO_WAY_TO_AN_END = "WF1009", "no-way-to-an-end", Error;
    /// The clock takes an action without a condition.
    CLOCK_WITHOUT_CONDITION = "WF1010", "clock-without-condition", Error;
    /// The clock takes an action that needs a person.
    CLOCK_CANNOT = "WF1011", "clock-cannot", Error;
    /// The clock leads a case in a circle.
    CLOCK_CYCLE = "WF1012", "clock-cycle", Error;
    /// A graph has more edges than any regime.
    TOO_MANY_EDGES = "WF1013", "too-many-edges", Error;

    // Clocks: WF2001 to WF2099.
    /// A period does not say how it is counted.
    COUNTING_MISSING = "WF2001", "counting-missing", Error;
    /// A counting rule says nothing about a unit.
    UNIT_NOT_COVERED = "WF2002", "unit-not-covered", Error;
    /// A period needs closed days, and a recipient has no calendar.
    CALENDAR_MISSING = "WF2003", "calendar-missing", Error;
    /// A calendar has no dates.
    CALENDAR_WITHOUT_DATES = "WF2004", "calendar-without-dates", Error;
    /// Minutes or hours run from a date.
    DATE_FOR_HOURS = "WF2005", "date-for-hours", Error;
    /// Nothing says what `promptly` means here.
    PROMPTLY_WITHOUT_TARGET = "WF2006", "promptly-without-target", Warning;
    /// An aim lies after the law's limit.
    TARGET_AFTER_LIMIT = "WF2007", "target-after-limit", Error;
    /// A reason is given for a reading that a counting rule does not have.
    UNKNOWN_READING = "WF2008", "unknown-reading", Error;
    /// A period of no length.
    EMPTY_PERIOD = "WF2009", "empty-period", Error;
    /// A key means nothing beside a named date.
    BESIDE_DUE = "WF2010", "beside-due", Error;
    /// A key of a series stands where there is no series.
    SERIES_KEY_ALONE = "WF2011", "series-key-alone", Error;
    /// The rhythms of a series count in units that cannot be added.
    SERIES_UNITS = "WF2012", "series-units", Error;
    /// A rhythm does not last for a number of its steps.
    SERIES_STRETCH = "WF2013", "series-stretch", Error;
    /// A rhythm ends with none behind it, or goes on with another behind it.
    SERIES_ENDS = "WF2014", "series-ends", Error;

    // People and recipients: WF3001 to WF3099.
    /// The role that approves is the one that asks.
    SAME_ROLE_APPROVES = "WF3001", "same-role-approves", Warning;
    /// Something that is no authority and no fact receives.
    BAD_RECIPIENT = "WF3002", "bad-recipient", Error;
    /// An obligation is owed to nobody.
    NO_RECIPIENT = "WF3003", "no-recipient", Error;
    /// A recipient cannot be told through a channel.
    CHANNEL_LACKING = "WF3004", "channel-lacking", Error;
    /// An authority has no zone.
    ZONE_MISSING = "WF3005", "zone-missing", Error;
    /// Authorities lie below one another in a circle, or too deep.
    UNDER_CYCLE = "WF3006", "under-cycle", Error;

    // Obligations and law: WF4001 to WF4099.
    /// No action files an obligation.
    NEVER_FILED = "WF4001", "never-filed", Error;
    /// What nobody owes has a clock.
    VOLUNTARY_WITH_CLOCK = "WF4002", "voluntary-with-clock", Error;
    /// What is owed has no clock.
    CLOCK_MISSING = "WF4003", "clock-missing", Error;
    /// A rule rests on a source that is not confirmed.
    SOURCE_NOT_CONFIRMED = "WF4004", "source-not-confirmed", Error;
    /// What the law demands names no source.
    NO_SOURCE = "WF4005", "no-source", Warning;
    /// `met` without `to: none`, or the reverse.
    MET_ALONE = "WF4006", "met-alone", Error;
    /// A key speaks of a filing where nothing is filed.
    NOTHING_FILED = "WF4007", "nothing-filed", Error;
    /// An action files what no filing discharges.
    FILES_NOTHING = "WF4008", "files-nothing", Error;
    /// A filing contains what its form does not state.
    FORM_LACKS = "WF4009", "form-lacks", Error;
    /// A form states what the workflow does not know.
    FORM_FOREIGN = "WF4010", "form-foreign", Error;
    /// What is never judged late asks for reasons of lateness.
    NEVER_LATE = "WF4011", "never-late", Error;
    /// Dated values do not follow one another.
    LAW_VALUES_ORDER = "WF4012", "law-values-order", Error;
    /// A workflow reads what the law says of a day, and names no day.
    LAW_WITHOUT_DAY = "WF4013", "law-without-day", Error;

    // Facts: WF5101 to WF5199.
    /// There is no such type.
    UNKNOWN_TYPE = "WF5101", "unknown-type", Error;
    /// A key belongs to another type.
    MISPLACED_KEY = "WF5102", "misplaced-key", Error;
    /// A column is a table.
    NESTED_TABLE = "WF5103", "nested-table", Error;
    /// A column cannot name the rows of a table.
    BAD_TABLE_KEY = "WF5104", "bad-table-key", Error;
    /// A fact has a name that expressions keep for themselves.
    RESERVED_NAME = "WF5105", "reserved-name", Error;
    /// A fact has a default that nobody would keep.
    DEFAULT_MISPLACED = "WF5106", "default-misplaced", Error;
    /// A computed fact is treated as one that somebody records.
    COMPUTED_RECORDED = "WF5107", "computed-recorded", Error;
    /// A fact of one type is used as one of another.
    WRONG_FACT_TYPE = "WF5108", "wrong-fact-type", Error;
    /// Something depends on itself.
    DEPENDENCY_CYCLE = "WF5109", "dependency-cycle", Error;
    /// Something takes too many steps to compute.
    DEPENDENCY_TOO_LONG = "WF5110", "dependency-too-long", Error;
    /// A row has the name of a fact.
    ROW_HIDES_FACT = "WF5111", "row-hides-fact", Error;
    /// A fact of the law is declared outside a library.
    LAW_OUTSIDE_LIBRARY = "WF5112", "law-outside-library", Error;
    /// A key does not go with who keeps a fact.
    NOT_OF_THIS_OWNER = "WF5113", "not-of-this-owner", Error;
    /// Somebody is asked for what the law says.
    LAW_RECORDED = "WF5114", "law-recorded", Error;
}
