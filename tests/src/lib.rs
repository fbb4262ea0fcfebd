//! What the tests share: starting servers, clients, services.
