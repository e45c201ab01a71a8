//! The fields of a raw commit object. Pure; as lenient as Git about what old tools wrote.
//!
//! libgit2's own parser refuses odd author lines that `git log` shows, and ends a message at its first NUL.

/// A commit object, borrowed from its bytes.
pub(super) struct CommitObject<'b> {
    /// Hexadecimal ids.
    pub(super) parents: Vec<&'b [u8]>,
    pub(super) author: RawPerson<'b>,
    pub(super) committer: RawPerson<'b>,
    pub(super) encoding: Option<&'b [u8]>,
    pub(super) message: &'b [u8],
}

/// Name, address and time of a person line.
#[derive(Default)]
pub(super) struct RawPerson<'b> {
    pub(super) name: &'b [u8],
    pub(super) email: &'b [u8],
    /// Seconds since 1970-01-01 UTC; 0 when it cannot be read.
    pub(super) time: i64,
}

impl<'b> CommitObject<'b> {
    /// `None` when the bytes do not start as a commit has to.
    pub(super) fn parse(bytes: &'b [u8]) -> Option<Self> {
        let mut commit = Self {
            parents: Vec::new(),
            author: RawPerson::default(),
            committer: RawPerson::default(),
            encoding: None,
            message: &[],
        };
        let (first, mut rest) = split_line(bytes);
        first.strip_prefix(b"tree ")?;
        while !rest.is_empty() {
            let (line, after) = split_line(rest);
            rest = after;
            if line.is_empty() {
                commit.message = rest;
                break;
            }
            if let Some(id) = line.strip_prefix(b"parent ") {
                commit.parents.push(id);
            } else if let Some(text) = line.strip_prefix(b"author ") {
                commit.author = RawPerson::parse(text);
            } else if let Some(text) = line.strip_prefix(b"committer ") {
                commit.committer = RawPerson::parse(text);
            } else if let Some(name) = line.strip_prefix(b"encoding ") {
                commit.encoding = Some(name);
            }
        }
        Some(commit)
    }
}

impl<'b> RawPerson<'b> {
    fn parse(text: &'b [u8]) -> Self {
        let open = text.iter().position(|b| *b == b'<');
        // The last one: some tools wrote addresses that hold a `>` themselves.
        let close = text.iter().rposition(|b| *b == b'>');
        let (Some(open), Some(close)) = (open, close) else {
            return Self {
                name: text.trim_ascii(),
                ..Self::default()
            };
        };
        let after = text.get(close + 1..).unwrap_or_default();
        let time = after.split(u8::is_ascii_whitespace).find(|word| !word.is_empty());
        Self {
            name: text.get(..open).unwrap_or_default().trim_ascii(),
            email: text.get(open + 1..close).unwrap_or_default().trim_ascii(),
            time: time
                .and_then(|word| std::str::from_utf8(word).ok()?.parse().ok())
                .unwrap_or(0),
        }
    }
}

fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|b| *b == b'\n') {
        Some(end) => (bytes.get(..end).unwrap_or_default(), bytes.get(end + 1..).unwrap_or_default()),
        None => (bytes, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::CommitObject;

    #[test]
    fn a_commit_is_read_field_by_field() {
        let bytes = b"tree 1\nparent 2\nparent 3\nauthor A B <a@b> 10 +0100\ncommitter C <c@d> 20 +0000\nencoding latin1\n\
            gpgsig -----BEGIN\n parent 9\n -----END\n\nfeat: a\n\nbody\n";
        let commit = CommitObject::parse(bytes).unwrap();
        assert_eq!(commit.parents, [b"2", b"3"]);
        assert_eq!(
            (commit.author.name, commit.author.email, commit.author.time),
            (&b"A B"[..], &b"a@b"[..], 10)
        );
        assert_eq!((commit.committer.name, commit.committer.time), (&b"C"[..], 20));
        assert_eq!(commit.encoding, Some(&b"latin1"[..]));
        assert_eq!(commit.message, b"feat: a\n\nbody\n");
    }

    #[test]
    fn odd_people_are_read_as_far_as_they_go() {
        let commit = CommitObject::parse(b"tree 1\nauthor nobody\ncommitter X <a>b> soon\n\n").unwrap();
        assert_eq!(commit.author.name, b"nobody");
        assert_eq!((commit.committer.email, commit.committer.time), (&b"a>b"[..], 0));
        assert_eq!(commit.message, b"");
    }

    #[test]
    fn what_is_no_commit_is_none() {
        assert!(CommitObject::parse(b"").is_none());
        assert!(CommitObject::parse(b"blob").is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100)) {
            let _ = CommitObject::parse(&bytes);
            let _ = CommitObject::parse(&[b"tree 1\nauthor ".as_slice(), &bytes].concat());
        }
    }
}
