//! Lists every code of a mistake in a text; a code is never given to another mistake and never reused.
//! Families: WF0 reading and shape, WF1 graph, WF2 time, WF3 people, WF4 obligations and law, WF5 data and
//! expressions, WF7 compatibility, WF8 scenarios.

use super::{Code, Severity};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $word:literal, $severity:ident;)+) => {
        $($(#[$doc])* pub const $name: Code = Code { id: $id, name: $word, severity: Severity::$severity };)+

        /// Every code, in the order of this file.
        pub const ALL: &[Code] = &[$($name),+];
    };
}

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
}
