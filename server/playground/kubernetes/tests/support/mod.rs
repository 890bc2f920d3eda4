//! A kubelet that is just enough to test the API server with.

#[cfg(test)]
pub mod kubectl;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use playground_kubernetes::{ContainerUsage, ExecExit, ExecIo, Kubelet, LogOptions, Status, Usage};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Runs `echo`, `cat`, `false`, `late`, `sh -c exit` and a `tar` that keeps one archive; logs ten lines.
#[derive(Debug, Default)]
pub struct SmallKubelet {
    archive: parking_lot::Mutex<Vec<u8>>,
}

#[async_trait]
impl Kubelet for SmallKubelet {
    async fn logs(
        &self,
        _pod: &Value,
        container: &str,
        options: LogOptions,
    ) -> Result<BoxStream<'static, Bytes>, Status> {
        let run = if options.previous { "previous run" } else { "line" };
        let lines: Vec<String> = (1..=10)
            .map(|number| {
                let time = if options.timestamps { "2026-01-01T00:00:00.000000000Z " } else { "" };
                format!("{time}{container}: {run} {number}\n")
            })
            .collect();
        let skip = options.tail_lines.map_or(0, |count| lines.len().saturating_sub(count));
        let past = stream::iter(lines.into_iter().skip(skip).map(Bytes::from));
        if !options.follow {
            return Ok(past.boxed());
        }
        let more = stream::iter(11..=12).then(|number| async move {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            Bytes::from(format!("followed line {number}\n"))
        });
        Ok(past.chain(more).boxed())
    }

    async fn exec(
        &self,
        _pod: &Value,
        _container: &str,
        command: Vec<String>,
        _tty: bool,
        mut io: ExecIo,
    ) -> ExecExit {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let say = async |text: Bytes| {
            if let Some(stdout) = &io.stdout {
                stdout.send(text).await.ok();
            }
        };
        match words[..] {
            ["echo", ref rest @ ..] => say(format!("{}\n", rest.join(" ")).into()).await,
            ["false"] => return ExecExit::Code(1),
            ["sh", "-c", script] if script.starts_with("exit ") => {
                return ExecExit::Code(script[5..].parse().unwrap_or(2));
            }
            ["cat"] => {
                while let Some(data) = io.stdin.as_mut().expect("cat needs stdin").recv().await {
                    io.stdout.as_ref().expect("cat needs stdout").send(data).await.ok();
                }
            }
            // Reads late, and writes as much before it does.
            ["late"] => {
                for _ in 0..200 {
                    say(vec![b'.'; 32 * 1024].into()).await;
                }
                let mut read = 0;
                while let Some(data) = io.stdin.as_mut().expect("late needs stdin").recv().await {
                    read += data.len();
                }
                say(format!("read {read}").into()).await;
            }
            ["tar", "cf", "-", ..] => {
                let archive = self.archive.lock().clone();
                say(archive.into()).await;
            }
            ["tar", ..] => {
                let mut archive = Vec::new();
                while let Some(data) = io.stdin.as_mut().expect("tar needs stdin").recv().await {
                    archive.extend_from_slice(&data);
                }
                *self.archive.lock() = archive;
            }
            _ => {
                return ExecExit::Failed(format!(
                    "exec: \"{}\": executable file not found in $PATH",
                    words[0]
                ));
            }
        }
        ExecExit::Code(0)
    }

    fn pod_metrics(&self, pod: &Value) -> Option<Vec<ContainerUsage>> {
        let containers = pod["spec"]["containers"].as_array()?;
        let usage = Usage { cpu_nanocores: 25_000_000, memory_bytes: 64 << 20 };
        let of = |container: &Value| {
            Some(ContainerUsage { container: container["name"].as_str()?.to_owned(), usage })
        };
        Some(containers.iter().filter_map(of).collect())
    }

    fn node_metrics(&self, _node: &Value) -> Option<Usage> {
        Some(Usage { cpu_nanocores: 1_500_000_000, memory_bytes: 2 << 30 })
    }

    async fn port_forward(
        &self,
        _pod: &Value,
        port: u16,
        mut connection: DuplexStream,
    ) -> Result<(), String> {
        let mut buffer = [0; 1024];
        let length = connection.read(&mut buffer).await.map_err(|error| error.to_string())?;
        let answer = format!("{port} heard {}", String::from_utf8_lossy(&buffer[..length]));
        connection.write_all(answer.as_bytes()).await.map_err(|error| error.to_string())?;
        Ok(())
    }
}
