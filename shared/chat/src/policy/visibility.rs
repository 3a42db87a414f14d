//! Who may see a conversation, said once and in two forms: on facts already loaded, for one conversation, and as conditions
//! for the database, for lists, counts and search. `shared/app/tests/core/visibility.rs` compares the two over every role, kind,
//! part and department.

use crate::scope::Scope;
use entity::conversation::{self, Kind};
use entity::user::{self, Department, Role};
use entity::{SupportId, UserId, message, participant, ticket};
use kernel::actor::Actor;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// What a role sees beyond the conversations that the person takes part in.
enum Reach {
    /// An admin.
    Everything,
    /// An agent: customers' conversations, and the tickets that they serve.
    Desk,
    /// The bot: customers' conversations.
    Customers,
    /// A customer.
    Nothing,
}

impl Reach {
    fn of(role: Role) -> Self {
        match role {
            Role::Admin => Self::Everything,
            Role::Agent => Self::Desk,
            Role::Bot => Self::Customers,
            Role::User | Role::Driver => Self::Nothing,
        }
    }
}

/// Whether the actor may see the conversation: its people; every agent for a customer's; a department's agents
/// for its tickets; an admin for all. Who came without a token sees rooms only.
pub fn can_see(actor: &Actor, scope: &Scope) -> bool {
    let is_part = scope.has(actor.id);
    if actor.is_unproven {
        return is_part && scope.kind == Kind::Room;
    }
    is_part
        || match Reach::of(actor.role) {
            Reach::Everything => true,
            Reach::Desk => match scope.kind {
                Kind::Support => true,
                Kind::Ticket => serves(actor.department, scope.department),
                Kind::Direct | Kind::Group | Kind::Room => false,
            },
            Reach::Customers => scope.kind == Kind::Support,
            Reach::Nothing => false,
        }
}

/// The same for the database: the rows of `chat_conversation` that the actor may see.
pub fn visible_to(actor: &Actor) -> Condition {
    use conversation::Column::{Id, Kind as IsOf};
    let own = Id.in_subquery(places_of(actor.id));
    if actor.is_unproven {
        return Condition::all().add(own).add(IsOf.eq(Kind::Room));
    }
    match Reach::of(actor.role) {
        Reach::Everything => Condition::all(),
        Reach::Desk if actor.department.is_none() => Condition::any()
            .add(IsOf.is_in([Kind::Support, Kind::Ticket]))
            .add(own),
        Reach::Desk => Condition::any()
            .add(IsOf.eq(Kind::Support))
            .add(own)
            .add(Id.in_subquery(served_by(actor.department))),
        Reach::Customers => Condition::any().add(IsOf.eq(Kind::Support)).add(own),
        Reach::Nothing => Condition::all().add(own),
    }
}

/// The same where the ticket's own row is at hand: the rows of `ticket` that the actor may see.
pub fn visible_tickets(actor: &Actor) -> Condition {
    let own = ticket::Column::ConversationId.in_subquery(places_of(actor.id));
    if actor.is_unproven {
        // no ticket is a room
        return Condition::all().add(ticket::Column::Id.is_in(std::iter::empty::<SupportId>()));
    }
    match Reach::of(actor.role) {
        Reach::Everything => Condition::all(),
        Reach::Desk if actor.department.is_none() => Condition::all(),
        Reach::Desk => {
            // one list of both: an alternative between a column and a subquery has no index on Postgres
            let mut seen = served_by(actor.department);
            seen.union(UnionType::All, places_of(actor.id));
            Condition::all().add(ticket::Column::ConversationId.in_subquery(seen))
        }
        Reach::Customers | Reach::Nothing => Condition::all().add(own),
    }
}

/// The newest message that the actor is not to read in a conversation that they see: it was said before their time. 0: they
/// read everything, as whoever sees everything does.
pub fn before_their_time(actor: &Actor, scope: &Scope) -> i64 {
    match (Reach::of(actor.role), scope.standing_of(actor.id)) {
        (Reach::Desk | Reach::Customers | Reach::Nothing, Some(standing)) => standing.joined_seq,
        (Reach::Everything, _) | (_, None) => 0,
    }
}

/// The same for the database: the rows of `chat_message` that were said in the actor's time, of whichever conversation.
pub fn said_in_time(actor: &Actor) -> Condition {
    if matches!(Reach::of(actor.role), Reach::Everything) {
        return Condition::all();
    }
    let column = |column| Expr::col((participant::Entity, column));
    let newcomer = Query::select()
        .expr(Expr::val(1))
        .from(participant::Entity)
        .and_where(
            column(participant::Column::ConversationId)
                .equals((message::Entity, message::Column::ConversationId)),
        )
        .and_where(participant::Column::UserId.eq(actor.id))
        .and_where(
            column(participant::Column::JoinedSeq).gte(Expr::col((message::Entity, message::Column::Seq))),
        )
        .take();
    Condition::all().add(Expr::exists(newcomer).not())
}

/// Whether an agent of one department works on what belongs to another: one without a department works on everything, and
/// what has none is everybody's.
fn serves(agent: Option<Department>, of: Option<Department>) -> bool {
    agent.is_none() || of.is_none() || agent == of
}

/// The conversations of the tickets that an agent of this department works on; see [`serves`].
fn served_by(department: Option<Department>) -> SelectStatement {
    let tickets = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::ConversationId);
    let tickets = match department {
        None => tickets,
        Some(_) => tickets.filter(
            Condition::any()
                .add(ticket::Column::Department.eq(department))
                .add(ticket::Column::Department.is_null()),
        ),
    };
    tickets.into_query()
}

/// The agents who work on what belongs to this department, as rows of `accounts_user`; see [`serves`].
pub fn serving(department: Option<Department>) -> Condition {
    let agents = Condition::all().add(user::Column::Role.eq(Role::Agent));
    match department {
        None => agents,
        Some(_) => agents.add(
            Condition::any()
                .add(user::Column::Department.eq(department))
                .add(user::Column::Department.is_null()),
        ),
    }
}

/// The conversations that a person takes part in.
pub(crate) fn places_of(user: UserId) -> SelectStatement {
    participant::Entity::find()
        .select_only()
        .column(participant::Column::ConversationId)
        .filter(participant::Column::UserId.eq(user))
        .into_query()
}
