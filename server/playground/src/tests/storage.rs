//! Claims, volumes and snapshots.

use playground_kubernetes::{Cluster, ClusterSettings};

use super::Laboratory;
use crate::objects::{Key, text};

const CLASS: &str = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: fast }\n\
                     provisioner: disks.example\nvolumeBindingMode: Immediate\nreclaimPolicy: Delete\n";

fn claim(name: &str, rest: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{ name: {name}, namespace: shop{rest}, \
         resources: {{ requests: {{ storage: 1Gi }} }} }}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_are_bound_wait_or_are_lost() {
    let laboratory = Laboratory::new(1);
    laboratory.add(CLASS);
    laboratory.add(&claim("made", " }\nspec: { accessModes: [ReadWriteOnce], storageClassName: fast"));
    laboratory.add(&claim("waiting", " }\nspec: { accessModes: [ReadWriteOnce], storageClassName: nowhere"));
    laboratory.add(&claim(
        "lost",
        ", annotations: { pv.kubernetes.io/bind-completed: 'yes' } }\n\
         spec: { accessModes: [ReadWriteOnce], storageClassName: fast, volumeName: gone",
    ));
    let phase = |laboratory: &Laboratory, name: &str| {
        text(&laboratory.get("persistentvolumeclaims", name), "/status/phase").to_owned()
    };

    laboratory
        .until("each claim has its phase", |laboratory| {
            phase(laboratory, "made") == "Bound"
                && phase(laboratory, "waiting") == "Pending"
                && phase(laboratory, "lost") == "Lost"
        })
        .await;

    laboratory
        .until("the reason is told", |laboratory| !laboratory.events("ProvisioningFailed").is_empty())
        .await;
    assert_eq!(
        laboratory.events("ProvisioningFailed")[0],
        "storageclass.storage.k8s.io \"nowhere\" not found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_taken_of_a_bound_claim_and_leaves_nothing_behind() {
    const SNAPSHOTS: &str = "volumesnapshots.snapshot.storage.k8s.io";
    const CONTENTS: &str = "volumesnapshotcontents.snapshot.storage.k8s.io";
    let laboratory = Laboratory::around(Cluster::new(ClusterSettings::default()));
    laboratory.add("apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n");
    laboratory.add(include_str!("../../worlds/harbour/snapshots.yaml"));
    laboratory.run();
    laboratory.add(&CLASS.replace("disks.example", "disks.playground.example"));
    laboratory.add(&claim("made", " }\nspec: { accessModes: [ReadWriteOnce], storageClassName: fast"));
    laboratory.add(&snapshot("early", "made"));
    laboratory.add(&snapshot("of-nothing", "gone"));

    laboratory
        .until("one is ready, the other says why not", |laboratory| {
            let of = |name: &str, pointer: &str| text(&laboratory.get(SNAPSHOTS, name), pointer).to_owned();
            laboratory.get(SNAPSHOTS, "early")["status"]["readyToUse"] == true
                && of("early", "/status/restoreSize") == "1Gi"
                && of("of-nothing", "/status/error/message").contains("\"gone\" not found")
        })
        .await;
    assert_eq!(laboratory.site.list_all(CONTENTS).len(), 1);
    laboratory.site.delete(SNAPSHOTS, &Key::new("shop", "early")).unwrap();
    laboratory
        .until("its content is gone too", |laboratory| laboratory.site.list_all(CONTENTS).is_empty())
        .await;
}

fn snapshot(name: &str, claim: &str) -> String {
    format!(
        "apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata: {{ name: {name}, namespace: shop }}\n\
         spec: {{ source: {{ persistentVolumeClaimName: {claim} }} }}\n"
    )
}
