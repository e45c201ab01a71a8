//! A real Chromium without a window, spoken to over two pipes in its own protocol: what a page shows, asks for and complains about.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{require, tool};

/// Names under which systems install it.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// One browser with one page.
pub(crate) struct Browser {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    session: String,
    last: u64,
    /// Requests, messages of the console, exceptions and violations of the page's policy since the page was opened.
    pub(crate) noticed: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// `None`, and the test says so, where there is no Chromium.
    pub(crate) fn start() -> Option<Self> {
        let program = require("chromium", NAMES.into_iter().find_map(tool))?;
        let profile = TempDir::new().unwrap();
        let log = File::create(profile.path().join("log")).unwrap();
        // Chromium reads commands from descriptor 3 and answers on 4: a shell puts our pipes there.
        let script = "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null";
        let mut child = Command::new("sh")
            .args(["-c", script])
            .arg(program)
            .args(["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"])
            .args(["--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-extensions", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("HOME", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut browser = Self {
            child,
            input,
            output,
            session: String::new(),
            last: 0,
            noticed: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        browser.session = text(&browser.call("Target.attachToTarget", &attach)["sessionId"]);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable", "Network.enable"] {
            browser.call(domain, &json!({}));
        }
        // Time of the processor: other programs beside this one do not count.
        browser.call("Performance.enable", &json!({"timeDomain": "threadTicks"}));
        Some(browser)
    }

    /// How wide and high the screen is, in CSS pixels.
    pub(crate) fn screen(&mut self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// `light` or `dark`.
    pub(crate) fn colours(&mut self, scheme: &str) {
        let feature = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", &feature);
    }

    pub(crate) fn without_script(&mut self) {
        self.call("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    }

    /// Opens a file from disk, and returns when it is loaded.
    pub(crate) fn open(&mut self, file: &Path, fragment: &str) {
        // Another page first: a new fragment alone would load nothing.
        self.go("about:blank");
        self.noticed.clear();
        self.go(&format!("file://{}{fragment}", file.display()));
    }

    fn go(&mut self, address: &str) {
        let answer = self.call("Page.navigate", &json!({"url": address}));
        assert!(answer.get("errorText").is_none(), "{address}: {answer}");
        self.until(|message| message["method"] == "Page.loadEventFired");
    }

    /// The value of an expression in the page; promises are waited for.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let what = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", &what);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Seconds that the processor has worked for the page since it was opened, up to now.
    pub(crate) fn worked(&mut self) -> f64 {
        let metrics = self.call("Performance.getMetrics", &json!({}))["metrics"].clone();
        let mut metrics = metrics.as_array().unwrap().iter();
        let task = metrics.find(|metric| metric["name"] == "TaskDuration").unwrap();
        task["value"].as_f64().unwrap()
    }

    /// Presses a key as a person does: `Tab`, `Enter`, or one character.
    pub(crate) fn press(&mut self, key: &str) {
        let (code, written) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            " " => (32, " "),
            other => (u32::from(other.chars().next().unwrap()), other),
        };
        let event = |kind: &str| json!({"type": kind, "key": key, "text": written, "windowsVirtualKeyCode": code});
        self.call("Input.dispatchKeyEvent", &event("keyDown"));
        self.call(
            "Input.dispatchKeyEvent",
            &json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}),
        );
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let id = self.last;
        let mut message = json!({"id": id, "method": method, "params": parameters});
        if !self.session.is_empty() && !method.starts_with("Target.") {
            message["sessionId"] = self.session.clone().into();
        }
        self.input.write_all(message.to_string().as_bytes()).unwrap();
        self.input.write_all(&[0]).unwrap();
        self.input.flush().unwrap();
        let answer = self.until(|message| message["id"] == id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Reads messages up to the wanted one, and keeps those that tell about the page.
    fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let told = [
            "Network.requestWillBeSent",
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
        ];
        loop {
            let mut message = Vec::new();
            self.output.read_until(0, &mut message).unwrap();
            assert_eq!(message.pop(), Some(0), "chromium has ended");
            let message: Value = serde_json::from_slice(&message).unwrap();
            if told.iter().any(|method| message["method"] == *method) {
                self.noticed.push(message.clone());
            }
            if wanted(&message) {
                return message;
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its own processes end with it; the folder of the profile can go then.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
