//! Looking into conversations: recordings, breakpoints, and the protocol that editors speak.

mod recordings;
