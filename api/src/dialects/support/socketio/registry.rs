//! This instance's sessions, and who is signed in on them. Every instance gets every notification through the bus
//! and sends it to those of the person's clients that it has.

use super::engine::{Engine, bare};
use super::session::{Session, Sessions};
use super::socket_frames::Frame;
use crate::app::ServerState;
use crate::client::Connected;
use bytes::Bytes;
use chat::access::{self, Ended};
use chrono::{DateTime, Utc};
use entity::{ConversationId, UserId};
use kernel::actor::Actor;
use kernel::error::AuthFailure;
use kernel::event::Event;
use poem::http::Method;
use socketioxide::extract::SocketRef;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How often sessions that overstay and tokens that ran out are looked for.
const TICK: Duration = Duration::from_secs(1);
/// The dialect's name in metrics.
const DIALECT: &str = "support";

/// All of them.
pub(super) struct Registry {
    pub server: ServerState,
    pub engine: Engine,
    state: Mutex<State>,
    next: AtomicU64,
}

/// Nothing that is taken out of it may be dropped while it is locked: the end of a session locks it too.
#[derive(Default)]
struct State {
    sessions: HashMap<u64, Weak<Session>>,
    by_sid: HashMap<String, Weak<Session>>,
    addresses: HashMap<IpAddr, usize>,
    members: HashMap<UserId, Vec<Arc<Member>>>,
}

/// A socket in the namespace whose person is known.
pub(super) struct Member {
    pub number: u64,
    pub actor: Actor,
    pub socket: SocketRef,
    pub session: Arc<Session>,
    /// What was missed is being sent again.
    pub syncing: AtomicBool,
    /// What came before its `connected`, which is its first event; none from then on.
    early: Mutex<Option<Vec<Frame>>>,
}

impl Registry {
    /// Subscribed to the core's bus until the core's shutdown.
    pub fn start(server: &ServerState, engine: impl FnOnce(Weak<Self>) -> Engine) -> Arc<Self> {
        let registry = Arc::new_cyclic(|weak: &Weak<Self>| Self {
            engine: engine(weak.clone()),
            server: server.clone(),
            state: Mutex::default(),
            next: AtomicU64::new(1),
        });
        let weak = Arc::downgrade(&registry);
        server.app.bus.listen(Box::new(move |event| {
            if let Some(registry) = weak.upgrade() {
                registry.on_event(event);
            }
        }));
        let weak = Arc::downgrade(&registry);
        server.hub.revoker.add(Box::new(move || {
            let members = weak.upgrade().map(|registry| registry.members_where(|_| true));
            let members = members.unwrap_or_default().into_iter();
            members.map(|member| member as Arc<dyn Connected>).collect()
        }));
        tokio::spawn(watch(registry.clone()));
        registry
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a session or a member, unique in this process.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Begins a session; none where the address has too many.
    pub fn open(self: &Arc<Self>, address: IpAddr, token: Option<String>) -> Option<Arc<Session>> {
        let cap = self.server.app.settings.max_sockets_per_address;
        let sessions: Weak<Self> = Arc::downgrade(self);
        let session = Session::new(sessions, self.number(), address, token);
        let session = Arc::new(session);
        let mut state = self.state();
        let count = state.addresses.entry(address).or_default();
        // counted in any case: what is dropped is counted out
        *count += 1;
        let full = cap > 0 && *count > cap;
        state.sessions.insert(session.number, Arc::downgrade(&session));
        drop(state);
        (!full).then_some(session)
    }

    /// Remembers what the engine called a session, by its answer to the request that began it.
    pub fn remember(&self, session: &Arc<Session>, opening: &Bytes) {
        let packet = opening.get(1..).unwrap_or_default();
        let sid = serde_json::from_slice::<serde_json::Value>(packet).ok();
        let Some(sid) = sid.and_then(|packet| packet["sid"].as_str().map(str::to_owned)) else {
            return;
        };
        session.named(sid.clone());
        self.state().by_sid.insert(sid, Arc::downgrade(session));
    }

    /// The session of this name, where it began with polling.
    pub fn session(&self, sid: &str) -> Option<Arc<Session>> {
        self.state().by_sid.get(sid).and_then(Weak::upgrade)
    }

    /// Somebody is signed in; false where they or their address have too many sockets.
    pub fn enter(&self, member: &Arc<Member>) -> bool {
        let (actor, address) = (&member.actor, member.session.address);
        if !self.server.hub.admit(actor, address, DIALECT) {
            return false;
        }
        member.session.set_away(false);
        let mut state = self.state();
        state.members.entry(actor.id).or_default().push(member.clone());
        true
    }

    /// The member of this number has left; nothing where they have already.
    pub fn leave(&self, user: UserId, number: u64) {
        let gone = {
            let mut state = self.state();
            let Some(members) = state.members.get_mut(&user) else {
                return;
            };
            let at = members.iter().position(|member| member.number == number);
            let gone = at.map(|at| members.swap_remove(at));
            if members.is_empty() {
                state.members.remove(&user);
            }
            gone
        };
        if let Some(member) = gone {
            member.session.set_away(true);
            let address = member.session.address;
            self.server.hub.dismiss(&member.actor, address, DIALECT);
        }
    }

    fn members_where(&self, which: impl Fn(&Member) -> bool) -> Vec<Arc<Member>> {
        let state = self.state();
        let all = state.members.values().flatten();
        all.filter(|member| which(member)).cloned().collect()
    }

    fn sessions(&self) -> Vec<Arc<Session>> {
        self.state().sessions.values().filter_map(Weak::upgrade).collect()
    }

    fn on_event(&self, event: &Event) {
        match event {
            Event::Notified { notification } => {
                let members = self.state().members.get(&notification.user_id).cloned();
                let Some(members) = members else { return };
                let frame = Frame::notified(notification);
                metrics::counter!("switchboard_events_encoded_total", "dialect" => DIALECT).increment(1);
                for member in members {
                    member.notify(&frame);
                }
            }
            Event::SessionRevoked { session } => {
                for member in self.members_where(|member| member.actor.session == Some(*session)) {
                    member.end(Ended::Revoked);
                }
            }
            Event::UserChanged { user } => {
                let members = self.state().members.get(user).cloned();
                for member in members.unwrap_or_default() {
                    self.server.hub.revoker.suspect(member);
                }
            }
            _ => {}
        }
    }

    fn tick(&self, now: DateTime<Utc>) {
        for member in self.members_where(|member| access::has_expired(&member.actor, now)) {
            member.end(Ended::Expired);
        }
        let instant = Instant::now();
        for session in self.sessions() {
            if session.overstays(instant) {
                session.end();
            }
        }
    }
}

async fn watch(registry: Arc<Registry>) {
    let (app, hub) = (registry.server.app.clone(), registry.server.hub.clone());
    let registry = {
        let weak = Arc::downgrade(&registry);
        drop(registry);
        weak
    };
    let mut ticks = tokio::time::interval(TICK);
    loop {
        let over = tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = hub.draining.cancelled() => true,
            _ = ticks.tick() => false,
        };
        let Some(registry) = registry.upgrade() else {
            return;
        };
        if over {
            // not signed out: they are to come back, to another instance or to this one's successor
            registry.sessions().iter().for_each(|session| session.end());
            return;
        }
        registry.tick(app.clock.now());
    }
}

impl Sessions for Registry {
    fn forget(&self, session: &Session) {
        let mut state = self.state();
        state.sessions.remove(&session.number);
        if let Some(sid) = session.sid() {
            state.by_sid.remove(sid);
        }
        if let Some(count) = state.addresses.get_mut(&session.address) {
            *count -= 1;
            if *count == 0 {
                state.addresses.remove(&session.address);
            }
        }
    }

    fn close(self: Arc<Self>, sid: String) {
        let Some(session) = self.session(&sid) else { return };
        let goodbye = Bytes::from_static(b"1");
        let request = bare(Method::POST, "polling", Some(&sid), &session, goodbye);
        if let (Some(request), Ok(runtime)) = (request, tokio::runtime::Handle::try_current()) {
            // a session that has become a WebSocket refuses; its connection is cut
            runtime.spawn(async move { self.engine.answer(request).await });
        }
    }
}

impl Member {
    pub fn new(number: u64, actor: Actor, socket: SocketRef, session: Arc<Session>) -> Self {
        Self {
            number,
            actor,
            socket,
            session,
            syncing: AtomicBool::new(false),
            early: Mutex::new(Some(Vec::new())),
        }
    }

    /// Sends `connected`, and then what came meanwhile.
    pub fn greet(&self) {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        self.send(&Frame::connected(&self.actor));
        for frame in early.take().unwrap_or_default() {
            self.emit(&frame);
        }
    }

    /// Sends a notification, once the client is greeted.
    fn notify(&self, frame: &Frame) {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *early {
            // counted like what is in the client's queue: there is no more of it than fits there
            Some(waiting) if self.session.put(frame.bytes) => waiting.push(frame.clone()),
            Some(_) => self.overflow(),
            None => self.send(frame),
        }
    }

    /// Puts an event into the client's queue, without waiting. A queue that runs over ends the session: nothing is
    /// dropped silently, and the client asks for what it missed when it is back.
    pub fn send(&self, frame: &Frame) {
        if self.session.put(frame.bytes) {
            self.emit(frame);
        } else {
            self.overflow();
        }
    }

    /// The same for what was counted already.
    fn emit(&self, frame: &Frame) {
        if self.socket.emit(frame.name, &frame.body).is_err() {
            self.overflow();
        }
    }

    fn overflow(&self) {
        if self.socket.connected() {
            metrics::counter!("switchboard_sockets_overflowed_total").increment(1);
            self.session.end();
        }
    }

    /// Tells the client why, and takes its socket out of the namespace: it does not come back with the same token.
    fn dismiss(&self, why: AuthFailure) {
        self.send(&Frame::error(why.detail()));
        if self.socket.clone().disconnect().is_err() {
            self.session.end();
        }
    }
}

impl Connected for Member {
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn conversation(&self) -> Option<ConversationId> {
        None
    }

    fn end(&self, why: Ended) {
        match why {
            Ended::Expired => self.dismiss(AuthFailure::Expired),
            Ended::Revoked => self.dismiss(AuthFailure::Revoked),
            // a connection that is lost is made again, with the same token, and finds its person as they are now
            Ended::Changed | Ended::NoAccess | Ended::Deleted => self.session.end(),
        }
    }
}
