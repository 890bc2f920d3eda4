//! Small parts.

use super::specimen;
use crate::{
    Badge, Button, ButtonKind, CellView, CopyButton, Glyph, Icon, IconButton, Labels, LevelMark, LinkButton,
    LiveMark, Logo, Menu, MenuItem, Meter, PendingPill, Since, StatusMark, Until,
};
use leptos::prelude::*;
use live::Liveness;
use model::{Cell, Level, Status, Timestamp, Unit, Untold};

pub fn parts() -> AnyView {
    view! {
        <div class="gallery-columns">
            {specimen("Button", buttons())}
            {specimen("StatusMark", statuses())}
            {specimen("Icon", view! { <div class="gallery-row">{Glyph::ALL.iter().map(|glyph| view! { <Icon glyph=*glyph/> }).collect_view()}</div> })}
            {specimen("Logo and Badge", view! {
                <div class="gallery-row">
                    <Logo/>
                    <Badge text="v1.34.2"/>
                    <Badge text="current" strong=true/>
                    <Since at=Timestamp(1_795_407_600) in_words=true/>
                    <Since at=Timestamp(1_780_000_000)/>
                    <Until at=Timestamp(1_795_407_600)/>
                </div>
            })}
            {specimen("CellView", cells())}
            {specimen("Menu", menus())}
            {specimen("Meter", meters())}
            {specimen("Labels", view! { <Labels labels=labels() shown=3 link=|(key, value)| format!("#{key}={value}")/> })}
            {specimen("LiveMark and PendingPill", view! {
                <div class="gallery-row">
                    <LiveMark state=Liveness::Live/>
                    <LiveMark state=Liveness::Reconnecting(Timestamp(1_795_407_600))/>
                    <LiveMark state=Liveness::Paused(Timestamp(1_795_407_600))/>
                    <PendingPill count=3 on_press=|()| ()/>
                </div>
            })}
        </div>
    }
    .into_any()
}

fn buttons() -> AnyView {
    view! {
        <div class="gallery-row">
            <Button kind=ButtonKind::Primary glyph=Glyph::Plus>"Create"</Button>
            <Button>"Plain"</Button>
            <Button kind=ButtonKind::Danger glyph=Glyph::Trash>"Delete"</Button>
            <Button kind=ButtonKind::Quiet>"Quiet"</Button>
            <LinkButton href="#parts" glyph=Glyph::External>"Link"</LinkButton>
        </div>
        <div class="gallery-row">
            <Button disabled_because="You may only look at this namespace.">"Not allowed"</Button>
            <Button kind=ButtonKind::Primary busy=true>"Applying"</Button>
            <IconButton glyph=Glyph::Refresh title="Load again" on_press=|()| ()/>
            <IconButton glyph=Glyph::Wrap title="Wrap lines" pressed=Signal::stored(true) on_press=|()| ()/>
            <CopyButton value="web-0"/>
        </div>
    }
    .into_any()
}

fn statuses() -> AnyView {
    let marks = [
        Status::new(Level::Failed, "CrashLoopBackOff"),
        Status::new(Level::Warning, "2 unavailable"),
        Status::new(Level::Progressing, "ContainerCreating"),
        Status::new(Level::Unknown, "Unknown"),
        Status::new(Level::Healthy, "Running"),
        Status::new(Level::Finished, "Completed"),
        Status::new(Level::Inactive, "Suspended"),
    ];
    let because = Status::new(Level::Failed, "ImagePullBackOff")
        .because("The registry does not know shop/web:2.4.1; the last try was refused.");
    view! {
        <div class="gallery-row">{marks.map(|status| view! { <StatusMark status/> }).collect_view()}</div>
        <div class="gallery-row"><StatusMark status=because with_reason=true/></div>
        <div class="gallery-row">{Level::ALL.map(|level| view! { <LevelMark level/> }).collect_view()}</div>
    }
    .into_any()
}

fn menus() -> AnyView {
    view! {
        <div class="gallery-row">
            <Menu title="Actions">
                <MenuItem title="Edit" glyph=Glyph::Edit key="e" href="#edit"/>
                <MenuItem title="Scale" glyph=Glyph::Scale/>
                <MenuItem title="Delete" glyph=Glyph::Trash danger=true/>
            </Menu>
            <Menu title="More" glyph=Glyph::More compact=true>
                <MenuItem title="Logs" glyph=Glyph::Logs key="l" href="#logs"/>
                <MenuItem title="Terminal" glyph=Glyph::Terminal key="t" href="#terminal"/>
            </Menu>
        </div>
    }
    .into_any()
}

fn cells() -> AnyView {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let cells = [
        Cell::None,
        Cell::Text("ClusterIP".into()),
        Cell::Number(12_345),
        Cell::Ratio(1, 3),
        Cell::Quantity(0.25, Unit::Cores),
        Cell::Quantity(1.5e9, Unit::Bytes),
        Cell::Flag(true),
        Cell::List(texts(&["registry.example/shop/web:2.4.1", "envoy:1.31"])),
        Cell::Labels(labels()),
        Cell::Untold(Untold::Rights),
    ];
    let cells = cells.map(|cell| view! { <span><CellView cell/></span> }).collect_view();
    view! { <div class="gallery-row">{cells}</div> }.into_any()
}

fn meters() -> AnyView {
    const GIB: f64 = 1024.0 * 1024.0 * 1024.0;
    view! {
        <div class="gallery-meters">
            <Meter title="CPU" used=1.25 of=Some(4.0) unit=Unit::Cores/>
            <Meter title="Memory" used={13.1 * GIB} of=Some(16.0 * GIB) unit=Unit::Bytes/>
            <Meter title="Pods" used=109.0 of=Some(110.0) unit=Unit::Count/>
            <Meter title="Storage" used={80.0 * GIB} of=None unit=Unit::Bytes/>
        </div>
    }
    .into_any()
}

fn labels() -> Vec<(String, String)> {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    vec![
        pair("app", "web"),
        pair("app.kubernetes.io/version", "2.4.1"),
        pair("tier", "frontend"),
        pair("pod-template-hash", "5c7d8f9b6d"),
        pair("canary", ""),
    ]
}
