//! How much one address, one device and all together may ask for.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Instant;

/// A bucket of tokens that fills by the second.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// What may be asked for a second, and at once.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Refilled a second.
    pub second: f64,
    /// At once.
    pub burst: f64,
}

/// The limits of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// All requests together.
    pub all: Rate,
    /// One address; a room behind one router is one address, and sixty screens that show ten changes a second ask for
    /// this much.
    pub address: Rate,
    /// Changes by one device.
    pub device: Rate,
    /// Attempts to join from one address.
    pub join: Rate,
    /// Connections at once, in all: fewer than the 1,024 files that a system lets a program open as a rule, for the
    /// game's own files and the listener need some too.
    pub connections: usize,
    /// Connections at once, from one address: half of them, so that one cannot take all.
    pub connections_address: usize,
    /// Seconds within which a client must have sent a request's head, and then its body.
    pub patience_seconds: u64,
    /// Seconds within which a client must take what is sent to it.
    pub patience_write_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            all: Rate { second: 1000.0, burst: 2000.0 },
            address: Rate { second: 600.0, burst: 1200.0 },
            device: Rate { second: 15.0, burst: 60.0 },
            join: Rate { second: 2.0, burst: 40.0 },
            connections: 768,
            connections_address: 384,
            patience_seconds: 10,
            patience_write_seconds: 30,
        }
    }
}

/// Counts what was asked for.
pub struct Gate {
    limits: Limits,
    buckets: Mutex<HashMap<Key, Bucket>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    All,
    Address(IpAddr),
    Join(IpAddr),
    Device(String),
}

/// Buckets that are kept; beyond them, full ones are forgotten.
const BUCKETS: usize = 10_000;

impl Gate {
    /// With limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, buckets: Mutex::new(HashMap::new()) }
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether an address may ask for something now.
    pub fn request(&self, address: IpAddr) -> bool {
        // What one address may not ask is not counted against all.
        self.take(Key::Address(network(address)), self.limits.address) && self.take(Key::All, self.limits.all)
    }

    /// Whether an address may try a link now.
    pub fn join(&self, address: IpAddr) -> bool {
        self.take(Key::Join(network(address)), self.limits.join)
    }

    /// Whether a device may change something now.
    pub fn device(&self, name: &str) -> bool {
        self.take(Key::Device(name.to_owned()), self.limits.device)
    }

    fn take(&self, key: Key, rate: Rate) -> bool {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if buckets.len() > BUCKETS {
            // One that nobody asked of for a minute is full again.
            buckets.retain(|_, bucket| now.duration_since(bucket.at).as_secs() < 60);
            if buckets.len() > BUCKETS {
                // Better to let some ask a second burst than to walk through all of them at every request.
                buckets.clear();
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: rate.burst, at: now });
        let filled = bucket.tokens + now.duration_since(bucket.at).as_secs_f64() * rate.second;
        bucket.tokens = if filled > rate.burst { rate.burst } else { filled };
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }
}

/// What counts as one address: of IPv6 the network of one connection, whose owner has all of its addresses.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            [a, b, c, d, 0, 0, 0, 0].into()
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_owner_of_many_addresses_is_one_and_takes_nothing_from_others() {
        let slow = |burst| Rate { second: 0.001, burst };
        let gate = Gate::new(Limits { address: slow(2.0), all: slow(5.0), ..Limits::default() });
        let six = |host: u16| IpAddr::from([0x2001, 0xdb8, 1, 2, 0, 0, 0, host]);
        assert_eq!((0..9).filter(|host| gate.request(six(*host))).count(), 2);
        let others = (0..9u8).filter(|at| gate.request([10, 0, 0, *at].into())).count();
        assert_eq!(others, 3, "what was refused took nothing of what all may ask");
        assert_eq!(network("::ffff:10.0.0.1".parse().expect("an address")), IpAddr::from([10, 0, 0, 1]));
    }

    #[test]
    fn buckets_stay_few() {
        let gate = Gate::new(Limits::default());
        for at in 0..3 * BUCKETS as u32 {
            gate.request(IpAddr::from(at.to_be_bytes()));
        }
        assert!(gate.buckets.lock().expect("not poisoned").len() <= BUCKETS + 2);
    }

    #[test]
    fn a_burst_is_let_through_and_no_more_and_addresses_do_not_share() {
        let rate = Rate { second: 0.001, burst: 3.0 };
        let gate = Gate::new(Limits { address: rate, device: rate, join: rate, ..Limits::default() });
        let (a, b): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        assert_eq!([gate.request(a), gate.request(a), gate.request(a), gate.request(a)], [true, true, true, false]);
        assert!(gate.request(b));
        assert_eq!((0..5).filter(|_| gate.join(a)).count(), 3);
        assert_eq!((0..5).filter(|_| gate.device("one")).count(), 3);
    }

    #[test]
    fn all_together_are_limited_too() {
        let gate = Gate::new(Limits { all: Rate { second: 0.001, burst: 4.0 }, ..Limits::default() });
        let passed = (0..9u8).filter(|at| gate.request([10, 0, 0, *at].into())).count();
        assert_eq!(passed, 4);
    }
}
