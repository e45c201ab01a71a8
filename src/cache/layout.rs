//! The form of a segment's file: a head with a checksum, a table sorted by key, and the values that it points to.

use std::collections::BTreeMap;

use super::digest::Key;

/// Changes whenever a value is written in another form.
const FORMAT: u32 = 2;
const MAGIC: &[u8; 8] = b"flowgate";
/// Magic, format, number of rows, checksum, and the segment's own key.
const HEAD: usize = 8 + 4 + 4 + 8 + 20;
/// Key, offset and length of the value, age.
const ROW: usize = 20 + 4 + 4 + 4;
/// Values up to this length are stored once, however many keys have them.
const SHARED: usize = 64;

/// A segment's file in memory, looked through and found whole.
#[derive(Debug, Default)]
pub struct Table {
    bytes: Vec<u8>,
    rows: usize,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub key: Key,
    pub value: &'a [u8],
    /// How many times the segment was written since the row was last used.
    pub age: u32,
}

impl Table {
    /// `None` when the bytes are not a whole segment of this format and key.
    pub fn of(bytes: Vec<u8>, key: &Key) -> Option<Self> {
        let (head, body) = bytes.split_at_checked(HEAD)?;
        let rows = usize::try_from(number(head, 12)?).ok()?;
        let is_meant = head.get(..8)? == MAGIC && number(head, 8)? == FORMAT && head.get(24..)? == key;
        let is_whole = body.len() >= rows.checked_mul(ROW)? && head.get(16..24)? == checksum(rows, body).to_le_bytes();
        (is_meant && is_whole).then_some(Self { bytes, rows })
    }

    pub const fn len(&self) -> usize {
        self.rows
    }

    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The row at a position; `None` beyond the end, and for one that points outside of the values.
    pub fn row(&self, position: usize) -> Option<Row<'_>> {
        let row = self.raw(position)?;
        let values = self.bytes.get(HEAD + self.rows * ROW..)?;
        let start = usize::try_from(number(row, 20)?).ok()?;
        let length = usize::try_from(number(row, 24)?).ok()?;
        Some(Row {
            key: row.get(..20)?.try_into().ok()?,
            value: values.get(start..start.checked_add(length)?)?,
            age: number(row, 28)?,
        })
    }

    /// The positions of the rows with a key.
    pub fn positions(&self, key: &Key) -> impl Iterator<Item = usize> {
        let is_before = |position: usize| self.key_at(position).is_some_and(|k| k < key.as_slice());
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..self.rows).take_while(move |position| self.key_at(*position) == Some(key))
    }

    fn key_at(&self, position: usize) -> Option<&[u8]> {
        self.raw(position)?.get(..20)
    }

    fn raw(&self, position: usize) -> Option<&[u8]> {
        let start = HEAD + position.checked_mul(ROW)?;
        (position < self.rows).then(|| self.bytes.get(start..start + ROW)).flatten()
    }
}

/// The bytes of a segment. Rows must be sorted by key.
pub fn file<'a>(key: &Key, rows: impl Iterator<Item = Row<'a>>) -> Vec<u8> {
    let (mut bytes, mut values) = (vec![0; HEAD], Vec::new());
    let mut shared: BTreeMap<&[u8], u32> = BTreeMap::new();
    let mut count: u32 = 0;
    for row in rows {
        let end = u32::try_from(values.len()).ok();
        let known = shared.get(row.value).copied();
        let (Some(start), Ok(length)) = (known.or(end), u32::try_from(row.value.len())) else {
            break;
        };
        if known.is_none() {
            values.extend_from_slice(row.value);
            if row.value.len() <= SHARED {
                shared.insert(row.value, start);
            }
        }
        bytes.extend_from_slice(&row.key);
        [start, length, row.age]
            .iter()
            .for_each(|n| bytes.extend_from_slice(&n.to_le_bytes()));
        count += 1;
    }
    bytes.append(&mut values);
    let (_, body) = bytes.split_at(HEAD);
    let checksum = checksum(count as usize, body);
    let head = [
        MAGIC.as_slice(),
        &FORMAT.to_le_bytes(),
        &count.to_le_bytes(),
        &checksum.to_le_bytes(),
        key,
    ];
    bytes.splice(..HEAD, head.concat());
    bytes
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Finds damage, not intent: each word is mixed in by a step that can be undone, so that no single changed word goes unseen.
fn checksum(rows: usize, bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x9E37_79B9_7F4A_7C15;
    let step = |state: u64, word: u64| (state ^ word).wrapping_mul(PRIME).rotate_left(29);
    let mut lanes = [1_u64, 2, 3, 4];
    let mut blocks = bytes.chunks_exact(32);
    for block in &mut blocks {
        for (lane, word) in lanes.iter_mut().zip(block.chunks_exact(8)) {
            let word = word.try_into().map_or(0, u64::from_le_bytes);
            *lane = step(*lane, word);
        }
    }
    let rest = blocks.remainder().iter().fold(0, |state, byte| step(state, u64::from(*byte)));
    let whole = lanes
        .iter()
        .fold(bytes.len() as u64 ^ (rows as u64) << 32, |state, lane| step(state, *lane));
    step(whole, rest)
}
