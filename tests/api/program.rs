//! The program as an operating system sees it: its lines, its signals, its exit codes.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use harness::backends::{Backend, on_sqlite};
use harness::test_app::worker_exe;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

fn warmline(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(worker_exe());
    command.args(arguments);
    // The description is that of the program: it has no data.
    if arguments != ["openapi"] {
        command.arg("--data").arg(data);
    }
    command.env_clear().stdin(Stdio::null());
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    warmline(data, arguments).output().unwrap()
}

#[test]
fn a_hub_says_where_it_listens_and_stops_well_on_sigterm() {
    on_sqlite(async |backend: Backend| {
        let arguments = ["--json", "serve", "--listen", "127.0.0.1:0", "--log", "off"];
        let mut hub = warmline(backend.folder(), &arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(hub.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        let address = line["listening"].as_str().unwrap();
        let answer = reqwest::get(format!("http://{address}/health/live"))
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);

        let pid = Pid::from_raw(i32::try_from(hub.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        assert_eq!(hub.wait().unwrap().code(), Some(0));
    });
}

/// What a hub that listens there with these options says beside its first line.
fn warning(data: &Path, options: &[&str]) -> String {
    let arguments = [&["--json", "serve", "--log", "off"], options].concat();
    let mut hub = warmline(data, &arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(hub.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.contains("listening"), "{line}");
    hub.kill().unwrap();
    String::from_utf8(hub.wait_with_output().unwrap().stderr).unwrap()
}

#[test]
fn a_hub_that_others_reach_without_https_warns_at_its_start() {
    on_sqlite(async |backend: Backend| {
        let everywhere = ["--listen", "0.0.0.0:0"];
        let said = warning(backend.folder(), &everywhere);
        assert!(
            said.contains("没有加密") && said.contains("not encrypted"),
            "{said}"
        );
        let proxied = [&everywhere[..], &["--public-url", "https://hub.example"]].concat();
        assert_eq!(warning(backend.folder(), &proxied), "");
        let here = ["--listen", "127.0.0.1:0"];
        assert_eq!(warning(backend.folder(), &here), "");
    });
}

#[test]
fn a_hub_that_cannot_listen_says_why_and_fails() {
    on_sqlite(async |backend: Backend| {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let output = run(
            backend.folder(),
            &["serve", "--json", "--log", "off", "--listen", &address],
        );
        assert_eq!(output.status.code(), Some(1));
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert!(error["error"].as_str().unwrap().contains(&address));
    });
}

#[test]
fn a_wrong_command_line_is_told_apart_from_a_failure() {
    on_sqlite(async |backend: Backend| {
        let output = run(backend.folder(), &["sreve"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("serve"));
    });
}

#[test]
fn the_description_of_the_api_is_printed() {
    on_sqlite(async |backend: Backend| {
        let output = run(backend.folder(), &["openapi"]);
        assert_eq!(output.status.code(), Some(0));
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(printed["openapi"], "3.1.0");
        assert!(printed["paths"]["/v1/media/{sha256}"]["patch"].is_object());
    });
}
