//! Every bound of the language and its unit, in one struct.

/// What one conversation may use. Every field has a hostile test.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Limits {
    /// Instructions and builtin work units a turn may use.
    pub fuel_per_turn: u64,
    /// Instructions of one slice before others get their chance (about one millisecond).
    pub fuel_per_slice: u64,
    /// Bytes of the conversation's heap.
    pub heap_bytes: usize,
    /// Bytes of a snapshot with which a conversation may wait for a person or a time.
    pub snapshot_bytes: usize,
    /// Nested calls.
    pub call_depth: usize,
    /// Values on the register stack.
    pub stack_values: usize,
    /// Bytes of one text.
    pub text_bytes: usize,
    /// Elements of one list or map.
    pub list_elements: usize,
    /// Bytes a turn may say.
    pub output_bytes_per_turn: usize,
    /// Messages a turn may say.
    pub messages_per_turn: usize,
    /// Bytes that PRINT of a classic program may write before they are said.
    pub teletype_bytes: usize,
    /// Host calls of one turn.
    pub host_calls_per_turn: usize,
    /// Schedules and deferred scripts of a bot that wait for their time.
    pub schedules_per_bot: usize,
    /// Bytes of the arguments of one host call, as a tree.
    pub host_call_bytes: usize,
    /// Depth of a value handed to the host or read from JSON.
    pub data_depth: usize,
    /// Operators, functions and inner queries of one query or expression over lists.
    pub query_operators: usize,
    /// Columns of one row of a table that is read from CSV.
    pub table_columns: usize,
    /// Bytes of one script's source.
    pub source_bytes: usize,
}

impl Limits {
    /// The limits of a server that serves strangers.
    pub const DEFAULT: Limits = Limits {
        fuel_per_turn: 50_000_000,
        fuel_per_slice: 200_000,
        heap_bytes: 16 << 20,
        snapshot_bytes: 2 << 20,
        call_depth: 1_000,
        stack_values: 65_536,
        text_bytes: 10 << 20,
        list_elements: 1_000_000,
        output_bytes_per_turn: 256 << 10,
        messages_per_turn: 500,
        teletype_bytes: 64 << 10,
        host_calls_per_turn: 2_000,
        schedules_per_bot: 1_000,
        host_call_bytes: 4 << 20,
        data_depth: 64,
        query_operators: 500,
        table_columns: 10_000,
        source_bytes: 1 << 20,
    };
}

/// What looking into a conversation may use. `tests/suite/debugger` has a test for every field.
#[derive(Clone, Debug, PartialEq)]
pub struct DebugLimits {
    /// Statements of a recorded conversation that can be visited.
    pub recorded_statements: u64,
    /// Bytes of the states that are kept to visit them.
    pub recorded_bytes: usize,
    /// Instructions and work units of an expression that is computed for whoever looks.
    pub expression_fuel: u64,
    /// Bytes of the variables that such an expression is given, and of what it gives.
    pub expression_bytes: usize,
    /// Bytes of one message of an editor's debugger.
    pub message_bytes: usize,
    /// Breakpoints of one script.
    pub breakpoints: usize,
}

impl DebugLimits {
    /// For everybody.
    pub const DEFAULT: DebugLimits = DebugLimits {
        recorded_statements: 10_000_000,
        recorded_bytes: 64 << 20,
        expression_fuel: 5_000_000,
        expression_bytes: 64 << 20,
        message_bytes: 4 << 20,
        breakpoints: 1_000,
    };
}

impl Default for DebugLimits {
    fn default() -> DebugLimits {
        DebugLimits::DEFAULT
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}
