//! The loop of an LR parser over the tables that lalrpop makes.
//!
//! lalrpop's own loop grows its two stacks anew for every input; here each line of a script is an
//! input, and growing took a tenth of the time. These stacks have room for nearly every line. The
//! grammar uses no error recovery, so this loop has none.

use lalrpop_util::ParseError;
use lalrpop_util::state_machine::{
    ParseResult, ParserAction, ParserDefinition, SymbolTriple, TokenTriple,
};

/// Room for this many symbols: a kilobyte, which allocators hand out fast.
const SYMBOLS: usize = 16;
/// Room for this many states.
const STATES: usize = 32;

type Refused<D> = ParseError<
    <D as ParserDefinition>::Location,
    <D as ParserDefinition>::Token,
    <D as ParserDefinition>::Error,
>;

/// Parses the tokens of one input.
pub fn drive<D: ParserDefinition>(
    mut definition: D,
    tokens: impl Iterator<Item = Result<TokenTriple<D>, Refused<D>>>,
) -> ParseResult<D> {
    let mut states = Vec::with_capacity(STATES);
    states.push(definition.start_state());
    let mut symbols: Vec<SymbolTriple<D>> = Vec::with_capacity(SYMBOLS);
    let mut end = definition.start_location();
    for token in tokens {
        let (start, token, stop) = token?;
        end = stop.clone();
        let Some(index) = definition.token_to_index(&token) else {
            return Err(unexpected(&definition, (start, token, stop), &states));
        };
        loop {
            let action = definition.action(top(&definition, &states), index);
            if let Some(target) = action.as_shift() {
                let symbol = definition.token_to_symbol(index, token);
                states.push(target);
                symbols.push((start, symbol, stop));
                break;
            }
            let Some(rule) = action.as_reduce() else {
                return Err(unexpected(&definition, (start, token, stop), &states));
            };
            match definition.reduce(rule, Some(&start), &mut states, &mut symbols) {
                None => {}
                // The grammar is done before its input is.
                Some(Ok(_)) => return Err(ParseError::ExtraToken { token: (start, token, stop) }),
                Some(Err(error)) => return Err(error),
            }
        }
    }
    loop {
        let action = definition.eof_action(top(&definition, &states));
        let Some(rule) = action.as_reduce() else {
            let expected = definition.expected_tokens_from_states(&states);
            return Err(ParseError::UnrecognizedEof { location: end, expected });
        };
        if let Some(result) = definition.reduce(rule, None, &mut states, &mut symbols) {
            return result;
        }
    }
}

/// The state on top; the start is never taken off.
fn top<D: ParserDefinition>(definition: &D, states: &[D::StateIndex]) -> D::StateIndex {
    states.last().copied().unwrap_or_else(|| definition.start_state())
}

fn unexpected<D: ParserDefinition>(
    definition: &D,
    token: TokenTriple<D>,
    states: &[D::StateIndex],
) -> Refused<D> {
    ParseError::UnrecognizedToken {
        token,
        expected: definition.expected_tokens_from_states(states),
    }
}
