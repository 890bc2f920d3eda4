//! Claims, volumes and snapshots.

use super::Laboratory;
use crate::objects::text;

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
