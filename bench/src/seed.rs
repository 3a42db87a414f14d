//! People, groups and sign-ins, made directly on the core.

use accounts::tokens;
use accounts::users::Named;
use anyhow::Context;
use app::App;
use chat::conversations::{self, CreateConversation};
use entity::ConversationId;
use entity::user::{self, Role};
use futures_util::{StreamExt, TryStreamExt, stream};
use kernel::actor::Actor;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// At most so many at once, well within the core's pool of connections.
const AT_ONCE: usize = 8;

/// Rooms of members who are signed in; the members of a room follow each other.
pub struct Rooms {
    pub ids: Vec<ConversationId>,
    pub tokens: Vec<String>,
}

/// Makes rooms of members, and signs everybody in.
pub async fn rooms(app: &App, rooms: usize, members: usize) -> anyhow::Result<Rooms> {
    let people = people(app, rooms * members).await?;
    let ids = groups(app, &people, members).await?;
    let sessions = stream::iter(people)
        .map(|user| tokens::open_session(app, user))
        .buffered(AT_ONCE);
    let tokens = sessions
        .map_ok(|pair| pair.access)
        .try_collect()
        .await
        .context("cannot sign in")?;
    Ok(Rooms { ids, tokens })
}

/// Makes accounts, in one order always. They have no password: hashing thousands takes minutes.
pub async fn people(app: &App, count: usize) -> anyhow::Result<Vec<user::Model>> {
    let now = app.clock.now();
    let names: Vec<_> = (0..count).map(|at| format!("bench-{at:06}")).collect();
    for names in names.chunks(1000) {
        let rows = names.iter().map(|name| user::ActiveModel {
            username: Set(name.clone()),
            username_key: Set(name.clone()),
            email: Set(None),
            phone: Set(None),
            full_name: Set(None),
            role: Set(Role::User),
            department: Set(None),
            password_hash: Set(None),
            visitor_sub: Set(None),
            disabled_at: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        });
        user::Entity::insert_many(rows)
            .exec_without_returning(&*app.db)
            .await
            .context("cannot make accounts")?;
    }
    let made = user::Entity::find()
        .filter(user::Column::UsernameKey.starts_with("bench-"))
        .order_by_asc(user::Column::UsernameKey)
        .all(&*app.db);
    made.await.context("cannot read the accounts")
}

/// Puts people into groups of so many, in their order.
pub async fn groups(
    app: &App,
    people: &[user::Model],
    members: usize,
) -> anyhow::Result<Vec<ConversationId>> {
    let groups = people
        .chunks(members)
        .map(|group| group.to_vec())
        .collect::<Vec<_>>();
    let made = stream::iter(groups).map(|group| async move {
        let owner = group.first().context("an empty group")?;
        let command = CreateConversation {
            title: Some("Bench".into()),
            is_group: true,
            participants: group.iter().map(|user| Named::Id(user.id)).collect(),
            ..Default::default()
        };
        let made = conversations::create(app, &Actor::of(owner), command).await;
        anyhow::Ok(made.context("cannot make a group")?.row.id)
    });
    made.buffered(AT_ONCE).try_collect().await
}
