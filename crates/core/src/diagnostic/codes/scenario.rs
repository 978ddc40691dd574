//! Lists the codes of mistakes in scenarios: WF8001 to WF8049 in reading them, WF8050 to WF8099 in playing them.
//! Those of every other text are in `crates/core/src/diagnostic/codes.rs`.

use super::{Code, Severity};

codes! {
    /// A scenario has a key that means nothing there.
    SCENARIO_UNKNOWN_KEY = "WF8001", "scenario-unknown-key", Error;
    /// A key is missing in a scenario.
    SCENARIO_MISSING_KEY = "WF8002", "scenario-missing-key", Error;
    /// Something else belongs here in a scenario.
    SCENARIO_WRONG_SHAPE = "WF8003", "scenario-wrong-shape", Error;
    /// A scenario names what its workflow does not have.
    SCENARIO_UNKNOWN_NAME = "WF8004", "scenario-unknown-name", Error;
    /// A time of a scenario cannot be read.
    SCENARIO_BAD_TIME = "WF8005", "scenario-bad-time", Error;
    /// A step lies before the one that it follows.
    SCENARIO_OUT_OF_ORDER = "WF8006", "scenario-out-of-order", Error;
    /// A step does not say when.
    SCENARIO_NO_TIME = "WF8007", "scenario-no-time", Error;
    /// A step has both `at` and `until`.
    SCENARIO_TWO_TIMES = "WF8008", "scenario-two-times", Error;
    /// A step in which nobody does anything.
    SCENARIO_NO_DEED = "WF8009", "scenario-no-deed", Error;
    /// A step does several things at once.
    SCENARIO_SEVERAL_DEEDS = "WF8010", "scenario-several-deeds", Error;
    /// A key does not belong beside another.
    SCENARIO_MISPLACED_KEY = "WF8011", "scenario-misplaced-key", Error;
    /// What a scenario writes is no value of its type.
    SCENARIO_BAD_VALUE = "WF8012", "scenario-bad-value", Error;
    /// A fact under `operator` is not the operator's.
    SCENARIO_NOT_OPERATORS = "WF8013", "scenario-not-operators", Error;
    /// An expectation that anything would meet.
    SCENARIO_EXPECTS_NOTHING = "WF8014", "scenario-expects-nothing", Error;
    /// A step of an incident's scenario asks what only a case can be asked, and names none.
    SCENARIO_WHICH_CASE = "WF8015", "scenario-which-case", Error;
    /// A case of an incident is opened a second time.
    SCENARIO_OPENED_TWICE = "WF8016", "scenario-opened-twice", Error;
    /// The case of a scenario could not be opened.
    SCENARIO_OPENING_REFUSED = "WF8050", "scenario-opening-refused", Error;
    /// A step was refused, and nothing says that it should be.
    SCENARIO_REFUSED = "WF8051", "scenario-refused", Error;
    /// A step was granted that should be refused.
    SCENARIO_NOT_REFUSED = "WF8052", "scenario-not-refused", Error;
    /// A step was refused for another reason than expected.
    SCENARIO_OTHER_REFUSAL = "WF8053", "scenario-other-refusal", Error;
    /// The case is in another state than expected.
    SCENARIO_OTHER_STATE = "WF8054", "scenario-other-state", Error;
    /// Other things happened than expected.
    SCENARIO_OTHER_EVENTS = "WF8055", "scenario-other-events", Error;
    /// A duty stands otherwise than expected.
    SCENARIO_OTHER_STANDING = "WF8056", "scenario-other-standing", Error;
    /// A duty runs that nobody expects.
    SCENARIO_UNNAMED_DUTY = "WF8057", "scenario-unnamed-duty", Error;
    /// A duty is due at another time than expected.
    SCENARIO_OTHER_DUE = "WF8058", "scenario-other-due", Error;
    /// A duty is late, or not, against what is expected.
    SCENARIO_OTHER_LATENESS = "WF8059", "scenario-other-lateness", Error;
    /// A filing names an obligation, and it is not clear which duty that is.
    SCENARIO_WHICH_DUTY = "WF8060", "scenario-which-duty", Error;
    /// A filing goes to whom a fact names, and it names nobody.
    SCENARIO_NO_RECIPIENT = "WF8061", "scenario-no-recipient", Error;
    /// More happens by itself than one step plays.
    SCENARIO_MANY_MOMENTS = "WF8062", "scenario-many-moments", Error;
    /// A step is about a case that is not open yet.
    SCENARIO_NOT_OPENED = "WF8063", "scenario-not-opened", Error;
}
