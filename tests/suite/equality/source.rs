//! A script as a tree of lines, so that statements can be taken out of it.

use std::fmt::Write;

/// A line, or several with statements between them.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// One statement.
    Line(String),
    /// Lines with the statements below each of them, and the line that closes the block.
    Block(Vec<(String, Vec<Node>)>, String),
}

impl Node {
    /// A statement.
    pub fn line(text: impl Into<String>) -> Node {
        Node::Line(text.into())
    }
    /// A block with one part.
    pub fn block(head: impl Into<String>, body: Vec<Node>, tail: impl Into<String>) -> Node {
        Node::Block(vec![(head.into(), body)], tail.into())
    }
}

/// The script as it is written.
pub fn text(nodes: &[Node]) -> String {
    let mut text = String::new();
    write(nodes, 0, &mut text);
    text
}

fn write(nodes: &[Node], depth: usize, text: &mut String) {
    for node in nodes {
        match node {
            Node::Line(line) => put(line, depth, text),
            Node::Block(parts, tail) => {
                for (head, body) in parts {
                    put(head, depth, text);
                    write(body, depth + 1, text);
                }
                put(tail, depth, text);
            }
        }
    }
}

/// Lines with numbers are not indented.
fn put(line: &str, depth: usize, text: &mut String) {
    let depth = if line.starts_with(|c: char| c.is_ascii_digit()) { 0 } else { depth };
    let _ = writeln!(text, "{:1$}{line}", "", depth * 4);
}

/// How many nodes there are, inner ones included.
fn count(nodes: &[Node]) -> usize {
    let inner = |node: &Node| match node {
        Node::Line(_) => 0,
        Node::Block(parts, _) => parts.iter().map(|(_, body)| count(body)).sum(),
    };
    nodes.iter().map(|node| 1 + inner(node)).sum()
}

type Change = fn(&Node) -> Vec<Node>;

/// The nodes with one of them changed, counted from the beginning; `left` is `None` once it is.
fn changed(nodes: &[Node], left: &mut Option<usize>, change: Change) -> Vec<Node> {
    let mut out = Vec::new();
    for node in nodes {
        match left {
            Some(0) => {
                *left = None;
                out.extend(change(node));
            }
            Some(more) => {
                *more -= 1;
                out.push(within(node, left, change));
            }
            None => out.push(node.clone()),
        }
    }
    out
}

fn within(node: &Node, left: &mut Option<usize>, change: Change) -> Node {
    let Node::Block(parts, tail) = node else { return node.clone() };
    let parts = parts.iter().map(|(head, body)| (head.clone(), changed(body, left, change)));
    Node::Block(parts.collect(), tail.clone())
}

/// What a block holds.
fn opened(node: &Node) -> Vec<Node> {
    match node {
        Node::Line(_) => vec![node.clone()],
        Node::Block(parts, _) => parts.iter().flat_map(|(_, body)| body.clone()).collect(),
    }
}

/// A block without its last part.
fn shortened(node: &Node) -> Vec<Node> {
    let mut node = node.clone();
    if let Node::Block(parts, _) = &mut node
        && parts.len() > 1
    {
        parts.pop();
    }
    vec![node]
}

/// The smallest script that is found by taking statements out while `still` holds.
pub fn shrunk(mut nodes: Vec<Node>, still: &dyn Fn(&[Node]) -> bool) -> Vec<Node> {
    const CHANGES: [Change; 3] = [|_| Vec::new(), opened, shortened];
    loop {
        let before = nodes.clone();
        for at in (0..count(&nodes)).rev() {
            for change in CHANGES {
                let smaller = changed(&nodes, &mut Some(at), change);
                if smaller != nodes && still(&smaller) {
                    nodes = smaller;
                    break;
                }
            }
        }
        if nodes == before {
            return nodes;
        }
    }
}
