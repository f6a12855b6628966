//! Numbers as the engine writes them: little-endian, seven bits a byte.

pub(super) fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

pub(super) fn prefixed(bytes: &mut &[u8]) -> Option<Vec<u8>> {
    let length = usize::try_from(unsigned(bytes)?).ok()?;
    take(bytes, length).map(<[u8]>::to_vec)
}

pub(super) fn unsigned(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *take(bytes, 1)?.first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

pub(super) fn signed(bytes: &mut &[u8]) -> Option<i64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *take(bytes, 1)?.first()?;
        value |= i64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let negative = byte & 0x40 != 0 && shift < 57;
            return Some(if negative {
                value | (-1 << (shift + 7))
            } else {
                value
            });
        }
    }
    None
}

pub(super) fn write_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    write_unsigned(out, bytes.len() as u64);
    out.extend(bytes);
}

pub(super) fn write_unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or(0));
}

pub(super) fn write_signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap_or(0);
        value >>= 7;
        let done = value == 0 && byte & 0x40 == 0 || value == -1 && byte & 0x40 != 0;
        out.push(if done { byte } else { byte | 0x80 });
        if done {
            return;
        }
    }
}
