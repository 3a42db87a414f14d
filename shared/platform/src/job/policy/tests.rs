//! The table fits itself, and its pauses are what it promises.

use super::*;
use uuid::Uuid;

fn job() -> JobId {
    JobId(Uuid::now_v7())
}

#[test]
fn no_lease_is_shorter_than_the_longest_time_out_inside_the_job() {
    assert_eq!(check(), Ok(()));
    let model = of("reply_as_bot").unwrap();
    let short = Policy {
        lease: model.longest_call,
        ..*model
    };
    let problem = short.check().unwrap_err().to_string();
    assert!(
        problem.contains("reply_as_bot") && problem.contains("must be longer than the longest call"),
        "{problem}"
    );
    let hasty = Policy {
        time_limit: Duration::from_secs(1),
        ..*model
    };
    assert!(hasty.check().is_err());
}

#[test]
fn every_kind_is_in_the_table_once_and_its_lease_is_renewed_before_it_runs_out() {
    for policy in POLICIES {
        assert_eq!(kinds().filter(|kind| *kind == policy.kind).count(), 1);
        assert!(policy.renewal() * 2 < policy.lease, "two renewals may fail");
    }
}

#[test]
fn pauses_grow_from_seconds_to_hours_and_differ_from_job_to_job() {
    let bounds = |failures, seconds: i64| {
        for _ in 0..50 {
            let pause = ELSEWHERE.pause(job(), failures);
            let (least, most) = (
                TimeDelta::milliseconds(seconds * 750),
                TimeDelta::seconds(seconds),
            );
            assert!(pause >= least && pause <= most, "{failures}: {pause}");
        }
    };
    bounds(1, 5);
    bounds(2, 10);
    bounds(7, 320);
    bounds(16, 6 * 3600);
    bounds(1_000_000, 6 * 3600);
    let job = job();
    assert_eq!(ELSEWHERE.pause(job, 3), ELSEWHERE.pause(job, 3));
    let different: std::collections::HashSet<_> = (0..50).map(|_| ELSEWHERE.pause(self::job(), 9)).collect();
    assert!(different.len() > 40, "they do not come back together");
}

#[test]
fn an_outage_of_a_day_is_outlasted_by_every_kind_that_has_no_successor() {
    for policy in POLICIES
        .iter()
        .filter(|policy| policy.queue != QueueName::Maintenance)
    {
        let whole: TimeDelta = (1..policy.retry.failures)
            .map(|failures| policy.retry.pause(job(), failures))
            .sum();
        assert!(whole > TimeDelta::hours(24), "{}: {whole}", policy.kind);
    }
}

#[test]
fn a_queue_is_known_by_its_word() {
    for (index, queue) in QueueName::ALL.into_iter().enumerate() {
        assert_eq!((QueueName::of(queue.word()), queue.index()), (Some(queue), index));
        assert!(queue.default_slots() > 0);
    }
    assert_eq!(QueueName::of("mail"), None);
}
