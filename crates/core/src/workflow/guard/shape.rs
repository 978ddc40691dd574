//! Checks the order of the tokens and how deep they nest, so that the recursive parser is given only what it can carry (E1).
//! What the names mean is left to `check`.

use super::Fault;
use super::scan::{Kind, Token};
use crate::catalogue::Arg;
use crate::diagnostic::{
    GUARD_EMPTY, GUARD_MISSING_OPERATOR, GUARD_MISSING_VALUE, GUARD_MIXED_AND_OR, GUARD_TOO_DEEP,
    GUARD_UNBALANCED_BRACKET, GUARD_UNSUPPORTED_CONSTRUCT,
};

/// Most levels of an expression (E1). A level is a bracket, a `!` or `-`, a `.`, or an operator of a chain such as
/// `1 + 1 + 1`; terms joined by `&&` or `||` lie beside each other.
pub(super) const DEEPEST: usize = 32;

/// What a bracket holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// The whole expression.
    Everything,
    /// One value, for precedence.
    Group,
    /// What a function is called with.
    Arguments,
    /// The elements of a list.
    Elements,
}

/// An open bracket.
struct Frame {
    holds: Holds,
    /// The token that opened it.
    opened: usize,
    /// Levels outside it.
    outside: usize,
    /// Levels of the value before it that it belongs to: the signs of a group, the target of a call.
    before: usize,
    /// Levels of the values so far that operators other than `&&` and `||` join; the parser nests them to the left.
    chain: usize,
    /// Levels of the highest term or argument that is complete.
    highest: usize,
    /// Which of `&&` and `||` joins the values of this argument.
    joint: Option<Kind>,
    mixed: bool,
}

impl Frame {
    const fn new(holds: Holds, opened: usize, outside: usize, before: usize) -> Self {
        Self {
            holds,
            opened,
            outside,
            before,
            chain: 0,
            highest: 0,
            joint: None,
            mixed: false,
        }
    }

    /// Returns the levels of the operators' chain when it ends with a value.
    fn with(&self, value: usize) -> usize {
        self.chain.max(value + usize::from(self.chain > 0))
    }
}

/// What the next token should be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expects {
    Value,
    Operator,
}

struct Checker<'t> {
    text: &'t str,
    tokens: &'t [Token],
    frames: Vec<Frame>,
    /// Levels of the value that is being read.
    value: usize,
    expects: Expects,
    faults: Vec<Fault>,
}

/// Returns what is wrong with the order of tokens: at most one mistake in their order, and every mixture.
pub(super) fn check(text: &str, tokens: &[Token]) -> Vec<Fault> {
    if tokens.is_empty() {
        return vec![Fault::new(GUARD_EMPTY, 0..text.len())];
    }
    let frames = vec![Frame::new(Holds::Everything, 0, 0, 0)];
    let mut checker = Checker {
        text,
        tokens,
        frames,
        value: 0,
        expects: Expects::Value,
        faults: Vec::new(),
    };
    for at in 0..tokens.len() {
        let step = match checker.expects {
            Expects::Value => checker.value(at),
            Expects::Operator => checker.operator(at),
        };
        if let Err(fault) = step.and_then(|()| checker.depth(at)) {
            checker.faults.push(fault);
            return checker.faults;
        }
    }
    if let Err(fault) = checker.end() {
        checker.faults.push(fault);
    }
    checker.faults
}

impl Checker<'_> {
    /// Makes a fault at a token, which it names as `found`.
    fn fault(&self, code: crate::diagnostic::Code, at: usize) -> Fault {
        let span = self.tokens[at].span.clone();
        let found = &self.text[span.clone()];
        Fault::new(code, span).with("found", found)
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames
            .last_mut()
            .expect("the frame of the whole expression is never closed")
    }

    fn previous(&self, at: usize) -> Option<Kind> {
        at.checked_sub(1).map(|before| self.tokens[before].kind)
    }

    fn value(&mut self, at: usize) -> Result<(), Fault> {
        let before = self.previous(at);
        match self.tokens[at].kind {
            Kind::Name => self.expects = Expects::Operator,
            Kind::Constant if before != Some(Kind::Dot) => self.expects = Expects::Operator,
            Kind::Round if before != Some(Kind::Dot) => self.open(at, Holds::Group),
            Kind::Square if before != Some(Kind::Dot) => self.open(at, Holds::Elements),
            // The parser takes a run of one sign, not `!-x`, which could mean nothing.
            Kind::Not if before != Some(Kind::Dot) && before != Some(Kind::Minus) => {
                self.value += 1;
            }
            Kind::Minus if before != Some(Kind::Dot) && before != Some(Kind::Not) => {
                self.value += 1;
            }
            Kind::RoundEnd if self.just_opened(at, Holds::Arguments) => self.close(),
            Kind::SquareEnd if self.just_opened(at, Holds::Elements) => self.close(),
            Kind::RoundEnd | Kind::SquareEnd if self.frames.len() == 1 => {
                return Err(self.unbalanced(at));
            }
            Kind::Constant
            | Kind::Round
            | Kind::Square
            | Kind::RoundEnd
            | Kind::SquareEnd
            | Kind::Comma
            | Kind::Dot
            | Kind::Not
            | Kind::Minus
            | Kind::And
            | Kind::Or
            | Kind::Binary => return Err(self.fault(GUARD_MISSING_VALUE, at)),
        }
        Ok(())
    }

    fn operator(&mut self, at: usize) -> Result<(), Fault> {
        let holds = self.frame().holds;
        match self.tokens[at].kind {
            Kind::Binary | Kind::Minus => {
                let value = self.value;
                let frame = self.frame();
                frame.chain = frame.chain.max(value) + 1;
                self.next_value();
            }
            kind @ (Kind::And | Kind::Or) => {
                self.term();
                let frame = self.frame();
                let mixes = frame.joint.is_some_and(|joint| joint != kind) && !frame.mixed;
                frame.mixed |= mixes;
                frame.joint.get_or_insert(kind);
                if mixes {
                    let fault = self.fault(GUARD_MIXED_AND_OR, at);
                    self.faults.push(fault);
                }
            }
            Kind::Dot => {
                self.value += 1;
                self.expects = Expects::Value;
            }
            Kind::Round if self.previous(at) == Some(Kind::Name) => self.open(at, Holds::Arguments),
            Kind::Square => {
                let fault = self.fault(GUARD_UNSUPPORTED_CONSTRUCT, at);
                let fault = fault.with("construct", Arg::Key("guard.construct.index"));
                return Err(fault.with("instead", Arg::Key("guard.instead.index")));
            }
            Kind::Comma if matches!(holds, Holds::Arguments | Holds::Elements) => {
                self.term();
                let frame = self.frame();
                (frame.joint, frame.mixed) = (None, false);
            }
            Kind::RoundEnd if matches!(holds, Holds::Group | Holds::Arguments) => self.close(),
            Kind::SquareEnd if holds == Holds::Elements => self.close(),
            Kind::RoundEnd | Kind::SquareEnd => return Err(self.unbalanced(at)),
            Kind::Name | Kind::Constant | Kind::Round | Kind::Comma | Kind::Not => {
                return Err(self.fault(GUARD_MISSING_OPERATOR, at));
            }
        }
        Ok(())
    }

    fn next_value(&mut self) {
        self.value = 0;
        self.expects = Expects::Value;
    }

    /// Ends a term of `&&` or `||`, or an argument.
    fn term(&mut self) {
        let value = self.value;
        let frame = self.frame();
        frame.highest = frame.highest.max(frame.with(value));
        frame.chain = 0;
        self.next_value();
    }

    fn open(&mut self, at: usize, holds: Holds) {
        let (outside, before) = (self.level() + 1, self.value);
        self.frames.push(Frame::new(holds, at, outside, before));
        self.next_value();
    }

    /// Closes the innermost bracket; what follows it belongs to the value that it was part of.
    fn close(&mut self) {
        self.term();
        let closed = self.frames.pop().expect("only an open bracket is closed");
        self.value = closed.before + 1 + closed.highest;
        self.expects = Expects::Operator;
    }

    fn just_opened(&self, at: usize, holds: Holds) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| frame.holds == holds && frame.opened + 1 == at && at > 0)
    }

    fn level(&self) -> usize {
        self.frames
            .last()
            .map_or(0, |frame| frame.outside + frame.with(self.value))
    }

    fn depth(&self, at: usize) -> Result<(), Fault> {
        if self.level() > DEEPEST {
            Err(self.fault(GUARD_TOO_DEEP, at).with("most", DEEPEST))
        } else {
            Ok(())
        }
    }

    fn unbalanced(&self, at: usize) -> Fault {
        self.fault(GUARD_UNBALANCED_BRACKET, at)
    }

    fn end(&self) -> Result<(), Fault> {
        let last = self.tokens.len() - 1;
        match (self.frames.last(), self.expects) {
            (Some(frame), _) if frame.holds != Holds::Everything => {
                Err(self.unbalanced(frame.opened))
            }
            (_, Expects::Value) => Err(self.fault(GUARD_MISSING_VALUE, last)),
            (_, Expects::Operator) => Ok(()),
        }
    }
}
