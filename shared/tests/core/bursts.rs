//! Who writes several messages in a row gets one answer to all of it.

use crate::support::*;
use kernel::actor::Actor;
use shared::core::Core;
use shared::entity::ConversationId;
use shared::entity::job::State;
use shared::entity::user::Role;
use shared::job::Job;
use shared::knowledge::{self, WriteArticle};
use shared::messages::{self, Message};
use shared::replies::{reply, wait};
use shared::store::outbox::{self, Claim};
use shared::testing::TestCore;

/// Runs what waits, as a worker does, in this order.
async fn work(core: &Core, newest_first: bool) {
    let mut rows = jobs(core, "reply_as_bot").await;
    if newest_first {
        rows.reverse();
    }
    for row in rows {
        if let Some(claim) = outbox::claim(core, row.id).await.unwrap() {
            run(core, &claim).await;
        }
    }
}

async fn run(core: &Core, claim: &Claim) {
    let Job::ReplyAsBot {
        conversation,
        message,
        ..
    } = claim.job
    else {
        panic!("{claim:?}")
    };
    reply(core, claim.lease, conversation, message).await.unwrap();
}

async fn all_done(core: &Core) -> bool {
    let rows = jobs(core, "reply_as_bot").await;
    rows.iter().all(|row| row.state == State::Done)
}

async fn replies(core: &Core, who: &Actor, id: ConversationId) -> Vec<Message> {
    let mut all = history(core, who, id).await;
    all.retain(|message| message.in_reply_to.is_some());
    all
}

async fn know(core: &Core, title: &str, body: &str) {
    let agent = core_agent(core).await;
    let article = WriteArticle {
        title: title.into(),
        body: body.into(),
        url: None,
        tags: Vec::new(),
        locale: None,
    };
    knowledge::add(core, &agent, article).await.unwrap();
}

async fn core_agent(core: &Core) -> Actor {
    shared::testing::person(core, "agent", Role::Agent, None).await
}

#[tokio::test]
async fn several_questions_in_a_row_get_one_answer_to_all_of_them() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    know(
        &core,
        "Zorblax warranty",
        "The zorblax warranty lasts seventeen months.",
    )
    .await;
    let id = support(&core, &alice).await;
    say(&core, &alice, id, "I have a zorblax.").await;
    say(&core, &alice, id, "How long is the zorblax warranty?").await;
    let newest = say(&core, &alice, id, "The zorblax warranty, please").await.id;
    work(&core, false).await;
    let replies = replies(&core, &alice, id).await;
    assert_eq!(replies.len(), 1, "{replies:?}");
    assert_eq!(replies[0].in_reply_to, Some(newest));
    assert!(replies[0].text.contains("seventeen"), "{}", replies[0].text);
    assert!(all_done(&core).await, "the other jobs have nothing left to do");
    // and the next question is answered by itself
    say(&core, &alice, id, "Hello").await;
    work(&core, false).await;
    let replies = self::replies(&core, &alice, id).await;
    assert_eq!(replies.len(), 2);
    assert!(!replies[1].text.contains("seventeen"));
}

#[tokio::test]
async fn what_is_written_while_the_answer_is_made_is_answered_after_it_and_by_itself() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let id = support(&core, &alice).await;
    let first = say(&core, &alice, id, "Hello").await.id;
    let job = newest_job(&core, "reply_as_bot").await;
    let claim = outbox::claim(&core, job).await.unwrap().unwrap();
    let second = say(&core, &alice, id, "How do I reset my password?").await.id;
    work(&core, true).await;
    assert!(replies(&core, &alice, id).await.is_empty(), "one at a time");
    // its answer was under way when the second came
    let answer = (
        shared::entity::MessageId(uuid::Uuid::now_v7()),
        "Hello!".to_owned(),
        serde_json::json!({}),
    );
    let bot = core.bot.account().unwrap().clone();
    messages::answer(&core, &bot, (id, first), answer, claim.lease)
        .await
        .unwrap();
    work(&core, true).await;
    let replies = replies(&core, &alice, id).await;
    let to: Vec<_> = replies.iter().map(|reply| reply.in_reply_to.unwrap()).collect();
    assert_eq!(to, [first, second]);
    assert!(all_done(&core).await);
}

#[tokio::test]
async fn a_reply_that_waits_for_its_next_try_does_not_hold_up_the_next_one_which_answers_both() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let id = support(&core, &alice).await;
    say(&core, &alice, id, "Hello").await;
    let job = newest_job(&core, "reply_as_bot").await;
    let claim = outbox::claim(&core, job).await.unwrap().unwrap();
    outbox::failed(&core, &claim, "no luck").await.unwrap();
    let second = say(&core, &alice, id, "Where is my order?").await.id;
    work(&core, false).await;
    let answered = replies(&core, &alice, id).await;
    assert_eq!(answered.len(), 1);
    assert_eq!(answered[0].in_reply_to, Some(second));
    // its time comes, and there is nothing left to answer
    run(&core, &claim).await;
    assert_eq!(replies(&core, &alice, id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_the_reply_and_writes_more_gets_the_answer_to_all_of_it() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let id = support(&core, &alice).await;
    say(&core, &alice, id, "Hello").await;
    let waiting = {
        let (core, alice) = (core.core.clone(), alice.clone());
        tokio::spawn(async move { wait(&core, &alice, id, PATIENCE).await })
    };
    let newest = say(&core, &alice, id, "Where is my order?").await.id;
    work(&core, false).await;
    let answer = waiting.await.unwrap().unwrap().expect("a reply");
    assert_eq!(answer.in_reply_to, Some(newest));
    assert_eq!(replies(&core, &alice, id).await.len(), 1);
}
