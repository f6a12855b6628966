//! Worker processes that die, hang or are asked for too much, with the real program.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use ::photos::thumbnail::Thumbnails;
use harness::photos;
use harness::test_app::worker_exe;
use image::ImageFormat;
use rustix::process::{Pid, Signal, kill_process};
use workers::{JobKind, Pool, WorkerError, route};

fn pool(workers: usize) -> Pool {
    let workers = NonZeroUsize::new(workers).unwrap();
    Pool::new(Some(worker_exe()), workers).unwrap()
}

/// A picture job that any worker can do.
async fn honest_job(pool: &Pool) -> Result<Thumbnails, WorkerError> {
    let answer = pool
        .run(JobKind::Picture, &photos::jpeg(64, 48, 1), None)
        .await?;
    Ok(Thumbnails::from_bytes(&answer).unwrap())
}

fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

#[tokio::test]
async fn a_worker_killed_in_the_middle_of_a_job_costs_that_job_alone() {
    let pool = pool(1);
    honest_job(&pool).await.unwrap();
    let pid = pool.process_ids()[0];
    // Stopped, it has the job and cannot answer before it is killed.
    signal(pid, Signal::STOP);
    let killed = async {
        tokio::task::yield_now().await;
        signal(pid, Signal::KILL);
    };
    let (result, ()) = tokio::join!(honest_job(&pool), killed);
    assert!(matches!(result, Err(WorkerError::Died)), "{result:?}");

    honest_job(&pool).await.unwrap();
    assert_ne!(pool.process_ids(), [pid]);
}

#[tokio::test]
async fn a_worker_that_died_between_two_jobs_is_replaced_before_the_next() {
    let pool = pool(1);
    honest_job(&pool).await.unwrap();
    let pid = pool.process_ids()[0];
    signal(pid, Signal::KILL);
    // Its end is an event of the kernel, seen when /proc says that it is a zombie or gone.
    while std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.contains(") Z "))
    {
        tokio::task::yield_now().await;
    }
    honest_job(&pool).await.unwrap();
}

#[tokio::test]
async fn a_worker_that_hangs_is_killed_at_the_deadline() {
    let pool = pool(1);
    // Whatever the answer, the process is up.
    let _ = pool.run(JobKind::Admission, b"", None).await;
    let pid = pool.process_ids()[0];
    signal(pid, Signal::STOP);
    let begun = std::time::Instant::now();
    let result = pool.run(JobKind::Admission, b"", None).await;
    assert!(matches!(result, Err(WorkerError::TimedOut)), "{result:?}");
    assert!(begun.elapsed() >= JobKind::Admission.deadline());

    let result = pool.run(JobKind::Admission, b"", None).await;
    assert!(
        !matches!(result, Err(WorkerError::TimedOut | WorkerError::Died)),
        "{result:?}"
    );
    assert_ne!(pool.process_ids(), [pid]);
}

#[tokio::test]
async fn a_job_that_nobody_waits_for_any_more_leaves_no_answer_behind() {
    let pool = pool(1);
    honest_job(&pool).await.unwrap();
    signal(pool.process_ids()[0], Signal::STOP);
    let large = photos::jpeg(640, 480, 2);
    {
        let mut dropped = std::pin::pin!(pool.run(JobKind::Picture, &large, None));
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(dropped.as_mut().poll(context).is_ready())
        });
        assert!(!polled.await);
    }
    let small = honest_job(&pool).await.unwrap();
    let picture = image::load_from_memory(&small.large).unwrap();
    assert_eq!(
        (picture.width(), picture.height()),
        (64, 48),
        "the answer is to the last job"
    );
}

#[tokio::test]
async fn a_memory_bomb_bursts_in_the_worker() {
    let pool = pool(1);
    let before = resident_bytes();
    for bomb in [
        photos::png_with_profile_bomb(1_200 * 1024 * 1024),
        // 50 megapixels in 48 kilobytes: allowed by its header, heavy to decode.
        photos::png_of_one_colour(7_000, 7_000),
    ] {
        assert!(bomb.len() < 2_000_000);
        match pool.run(JobKind::Picture, &bomb, None).await {
            Ok(answer) => assert!(Thumbnails::from_bytes(&answer).is_some()),
            Err(WorkerError::Died | WorkerError::Refused(_) | WorkerError::TimedOut) => {}
            Err(error) => panic!("{error}"),
        }
        honest_job(&pool).await.unwrap();
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 64 * 1024 * 1024, "the hub grew by {grown} bytes");
}

/// Memory of this process, which stands for the hub.
fn resident_bytes() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * rustix::param::page_size()
}

#[tokio::test]
async fn a_picture_that_is_refused_says_why() {
    let pool = pool(1);
    let mut cut = photos::encoded(ImageFormat::Png, 100, 100);
    cut.truncate(200);
    for (file, code) in [
        (b"<svg/>".to_vec(), "media_type_refused"),
        (photos::png_that_claims(30_000, 30_000), "picture_too_large"),
        (cut, "picture_damaged"),
    ] {
        let result = pool.run(JobKind::Picture, &file, None).await;
        assert!(
            matches!(&result, Err(WorkerError::Refused(is)) if is == code),
            "{result:?}"
        );
    }
}

#[tokio::test]
async fn jobs_of_one_key_share_a_process_and_others_spread() {
    let pool = pool(4);
    for _ in 0..6 {
        let _ = pool
            .run(JobKind::Admission, b"", Some(route(b"a document")))
            .await;
    }
    assert_eq!(pool.process_ids().len(), 1);
    let documents: Vec<_> = (0..32_u8).map(|n| route(&[n])).collect();
    for key in documents {
        let _ = pool.run(JobKind::Admission, b"", Some(key)).await;
    }
    assert_eq!(pool.process_ids().len(), 4);
}

#[tokio::test]
async fn a_worker_has_no_secrets_no_files_and_a_memory_limit() {
    let pool = pool(1);
    honest_job(&pool).await.unwrap();
    let pid = pool.process_ids()[0];
    let read = |name| std::fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap();
    // No secret of the hub's, only how its allocator is to behave.
    assert_eq!(read("environ"), "MIMALLOC_ARENA_RESERVE=16384\0");
    let size: u64 = read("status")
        .lines()
        .find_map(|line| line.strip_prefix("VmSize:"))
        .and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap();
    assert!(
        size < 256 * 1024,
        "{size} KiB leave little of the limit to a document"
    );
    let limits = read("limits");
    let soft = |name| {
        let line = limits
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap();
        line.split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(soft("Max address space"), (512 * 1024 * 1024).to_string());
    assert_eq!(soft("Max core file size"), "0");
    assert_eq!(soft("Max file size"), "0");
    assert_eq!(soft("Max open files"), "3");
    // Beyond its pipes it can only have what the hub itself was started with: all that the hub opens
    // is closed when a worker starts.
    let open = |process: &str| -> BTreeSet<String> {
        std::fs::read_dir(format!("/proc/{process}/fd"))
            .unwrap()
            .map(|fd| fd.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let pipes = ["0", "1", "2"].map(str::to_owned);
    for fd in open(&pid.to_string()).difference(&pipes.into()) {
        let flags = std::fs::read_to_string(format!("/proc/self/fdinfo/{fd}")).unwrap();
        let flags = flags
            .lines()
            .find_map(|line| line.strip_prefix("flags:"))
            .unwrap();
        let closes_on_exec = u32::from_str_radix(flags.trim(), 8).unwrap() & 0o2_000_000 != 0;
        assert!(!closes_on_exec, "descriptor {fd} is the hub's own");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_whose_workers_keep_dying_goes_on_working() {
    let pool = std::sync::Arc::new(pool(2));
    honest_job(&pool).await.unwrap();
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let pool = pool.clone();
        callers.spawn(async move {
            let (mut done, mut lost) = (0, 0);
            while done < 5 {
                match honest_job(&pool).await {
                    Ok(_) => done += 1,
                    Err(WorkerError::Died) => lost += 1,
                    Err(error) => panic!("{error}"),
                }
                assert!(lost < 1_000);
            }
        });
    }
    let mut killed = 0;
    while let Some(ended) = {
        for pid in pool.process_ids() {
            if killed < 20 {
                let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
                // It may have ended by itself meanwhile.
                let _ = kill_process(pid, Signal::KILL);
                killed += 1;
            }
        }
        callers.join_next().await
    } {
        ended.unwrap();
    }
    assert!(killed > 0);
    // The last kill may hit a worker that is idle and is only found dead with the next job.
    while let Err(error) = honest_job(&pool).await {
        assert!(matches!(error, WorkerError::Died), "{error}");
    }
}
