//! What a pod has of its node, and how its containers are changed while they run.

use super::{fault, list};
use crate::rule::Fault;
use serde_json::Value;

/// Parameters of the kernel about what processes share, each for itself. There are others whose names begin with
/// [`QUEUES`].
const OF_IPC: [&str; 10] = [
    "kernel.sem",
    "kernel.shm",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
    "kernel.shm_rmid_forced",
    "kernel.msg",
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
];
const QUEUES: &str = "fs.mqueue.";

/// What of a pod does not go together.
pub(super) fn check(pod: &Value, place: &str, faults: &mut Vec<Fault>) {
    if pod["hostPID"] == true && pod["shareProcessNamespace"] == true {
        faults.push(fault(&format!("{place}/shareProcessNamespace"), "fault.shared-processes", ""));
    }
    for (index, parameter) in list(&pod["securityContext"]["sysctls"]).enumerate() {
        let name = with_dots(parameter["name"].as_str().unwrap_or_default());
        let is_of_ipc = OF_IPC.contains(&name.as_str()) || name.starts_with(QUEUES);
        let text = if pod["hostNetwork"] == true && name.starts_with("net.") {
            "fault.parameter-of-network"
        } else if pod["hostIPC"] == true && is_of_ipc {
            "fault.parameter-of-ipc"
        } else {
            continue;
        };
        faults.push(fault(&format!("{place}/securityContext/sysctls/{index}/name"), text, ""));
    }
    check_resizing(pod, place, faults);
}

/// A container is started again with what it takes now only where its pod starts it again at all.
fn check_resizing(pod: &Value, place: &str, faults: &mut Vec<Fault>) {
    for part in ["containers", "initContainers"] {
        for (index, container) in list(&pod[part]).enumerate() {
            let stays = part == "containers" || container["restartPolicy"] == "Always";
            let text = if pod["restartPolicy"] == "Never" {
                "fault.resize-never"
            } else if stays {
                continue;
            } else {
                "fault.resize-first"
            };
            let rules = list(&container["resizePolicy"]).enumerate();
            for (turn, _) in rules.filter(|(_, rule)| rule["restartPolicy"] == "RestartContainer") {
                let place = format!("{place}/{part}/{index}/resizePolicy/{turn}/restartPolicy");
                faults.push(fault(&place, text, ""));
            }
        }
    }
}

/// A parameter as it is written with dots: where the first that parts it is a slash, dots and slashes change places.
fn with_dots(name: &str) -> String {
    if name.find(['.', '/']).is_none_or(|index| name[index..].starts_with('.')) {
        return name.to_owned();
    }
    let turned = |letter: char| match letter {
        '.' => '/',
        '/' => '.',
        other => other,
    };
    name.chars().map(turned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(pod: &Value) -> Vec<(String, &'static str)> {
        let mut faults = Vec::new();
        check(pod, "0", &mut faults);
        faults.into_iter().map(|fault| (fault.place, fault.text)).collect()
    }

    #[test]
    fn what_is_of_the_node_is_not_of_the_pod_as_well() {
        let shared = json!({"hostPID": true, "shareProcessNamespace": true});
        assert_eq!(told(&shared), [("0/shareProcessNamespace".to_owned(), "fault.shared-processes")]);
        assert_eq!(told(&json!({"hostPID": true, "shareProcessNamespace": false})), []);

        let names = [
            "net.core.somaxconn",
            "net/ipv4/conf/eno2.100/rp_filter",
            "kernel.shmmax",
            "fs/mqueue/msg_max",
            "vm.swappiness",
        ];
        let all = names.map(|name| json!({"name": name, "value": "1"}));
        let found = |host: &str| {
            let mut pod = json!({"securityContext": {"sysctls": &all}});
            pod[host] = json!(true);
            told(&pod)
        };
        let place = |index: usize| format!("0/securityContext/sysctls/{index}/name");
        let of = |text: &'static str, indexes: [usize; 2]| indexes.map(|index| (place(index), text));
        assert_eq!(found("hostNetwork"), of("fault.parameter-of-network", [0, 1]));
        assert_eq!(found("hostIPC"), of("fault.parameter-of-ipc", [2, 3]));
        assert_eq!(found("hostPID"), []);
    }

    #[test]
    fn a_container_that_is_not_started_again_is_resized_while_it_runs() {
        let rule = |how: &str| json!([{"resourceName": "cpu", "restartPolicy": how}]);
        let restarted = json!({"resizePolicy": rule("RestartContainer")});
        let kept = json!({"resizePolicy": rule("NotRequired")});
        let sidecar = json!({"resizePolicy": rule("RestartContainer"), "restartPolicy": "Always"});

        let first = json!({"containers": [&restarted], "initContainers": [&kept, &sidecar, &restarted]});
        let place = "0/initContainers/2/resizePolicy/0/restartPolicy".to_owned();
        assert_eq!(told(&first), [(place, "fault.resize-first")]);
        let never = json!({"restartPolicy": "Never", "containers": [&kept, &restarted]});
        let place = "0/containers/1/resizePolicy/0/restartPolicy".to_owned();
        assert_eq!(told(&never), [(place, "fault.resize-never")]);
    }
}
