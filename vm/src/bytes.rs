//! Little-endian bytes: how programs and snapshots are written and read.
//!
//! The reader trusts nothing: every length is compared with what is left before memory is taken,
//! so that a broken file costs at most a small multiple of its own size.

/// The bytes end too early or hold something impossible; the text says what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub &'static str);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Broken {}

/// Collects bytes.
#[derive(Default)]
pub struct Writer {
    /// What was written so far.
    pub out: Vec<u8>,
}

impl Writer {
    /// One byte.
    pub fn u8(&mut self, v: u8) {
        self.out.push(v);
    }
    /// Four bytes.
    pub fn u32(&mut self, v: u32) {
        self.out.extend_from_slice(&v.to_le_bytes());
    }
    /// Eight bytes.
    pub fn u64(&mut self, v: u64) {
        self.out.extend_from_slice(&v.to_le_bytes());
    }
    /// A number in as few bytes as it needs (LEB128).
    pub fn var(&mut self, mut v: u64) {
        while v >= 0x80 {
            self.out.push(v as u8 | 0x80);
            v >>= 7;
        }
        self.out.push(v as u8);
    }
    /// A count.
    pub fn len(&mut self, v: usize) {
        self.var(v as u64);
    }
    /// A signed number, small when its magnitude is (zigzag).
    pub fn signed(&mut self, v: i64) {
        self.var((v as u64) << 1 ^ (v >> 63) as u64);
    }
    /// Bytes after their count.
    pub fn bytes(&mut self, v: &[u8]) {
        self.len(v.len());
        self.out.extend_from_slice(v);
    }
    /// A text after the count of its bytes.
    pub fn text(&mut self, v: &str) {
        self.bytes(v.as_bytes());
    }
}

/// Takes bytes from the front.
pub struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader over `bytes`.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { left: bytes }
    }
    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.left.len()
    }
    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Broken> {
        let (head, tail) =
            self.left.split_at_checked(n).ok_or(Broken("the bytes end too early"))?;
        self.left = tail;
        Ok(head)
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let head = self.left.first_chunk::<N>().ok_or(Broken("the bytes end too early"))?;
        self.take(N)?;
        Ok(*head)
    }
    /// One byte.
    pub fn u8(&mut self) -> Result<u8, Broken> {
        Ok(self.array::<1>()?[0])
    }
    /// Four bytes.
    pub fn u32(&mut self) -> Result<u32, Broken> {
        Ok(u32::from_le_bytes(self.array()?))
    }
    /// Eight bytes.
    pub fn u64(&mut self) -> Result<u64, Broken> {
        Ok(u64::from_le_bytes(self.array()?))
    }
    /// A number as [`Writer::var`] writes it; a longer spelling than needed is refused, so that
    /// equal contents have equal bytes.
    pub fn var(&mut self) -> Result<u64, Broken> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            if shift == 63 && byte > 1 || shift > 0 && byte == 0 {
                return Err(Broken("a number is not in its shortest form"));
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Broken("a number is too long"))
    }
    /// A number that fits in 32 bits.
    pub fn var32(&mut self) -> Result<u32, Broken> {
        u32::try_from(self.var()?).map_err(|_| Broken("a number is too large"))
    }
    /// A number that fits in 16 bits.
    pub fn var16(&mut self) -> Result<u16, Broken> {
        u16::try_from(self.var()?).map_err(|_| Broken("a number is too large"))
    }
    /// A signed number.
    pub fn signed(&mut self) -> Result<i64, Broken> {
        let v = self.var()?;
        Ok((v >> 1) as i64 ^ -((v & 1) as i64))
    }
    /// A count of things that take at least `least` bytes each.
    pub fn count(&mut self, least: usize) -> Result<usize, Broken> {
        let n = self.var()?;
        let most = (self.left.len() / least.max(1)) as u64;
        if n > most {
            return Err(Broken("a count is larger than the bytes that follow"));
        }
        Ok(n as usize)
    }
    /// Bytes after their count.
    pub fn bytes(&mut self) -> Result<&'a [u8], Broken> {
        let n = self.count(1)?;
        self.take(n)
    }
    /// A text after the count of its bytes.
    pub fn text(&mut self) -> Result<&'a str, Broken> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Broken("a text is not UTF-8"))
    }
    /// Fails unless everything was read.
    pub fn finish(&self) -> Result<(), Broken> {
        if self.left.is_empty() { Ok(()) } else { Err(Broken("bytes follow the end")) }
    }
}
