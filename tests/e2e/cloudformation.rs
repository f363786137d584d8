//! Loops by `aws cloudformation`, from the packaged functions to the picture.

use crate::harness::{Account, Picture, receive};

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn playing_loop_can_be_updated_and_deleted() {
    let account = Account::new(Picture::Played);
    let bootstrap = account.bootstrap();

    let made = account.make_loop("loop");
    let channel = account.physical_id(&made.stack, "Channel");
    account.medialive.wait_for(&channel, "RUNNING");
    receive(made.receiver);

    assert_eq!(account.update(&made.stack, &[("VideoBitrate", "3000000")]), "UPDATE_COMPLETE");
    assert_eq!(account.physical_id(&made.stack, "Channel"), channel);
    account.medialive.wait_for(&channel, "RUNNING");
    let video = account.channel(&channel)["EncoderSettings"]["VideoDescriptions"].take();
    assert_eq!(video[0]["CodecSettings"]["H264Settings"]["Bitrate"], 3_000_000);
    receive(made.receiver);

    assert_eq!(account.delete_stack(&made.stack), "DELETE_COMPLETE");
    let mut calls = account.calls(&channel);
    calls.retain(|call| !call.ends_with("Tags"));
    assert_eq!(
        calls,
        [
            "CreateChannel",
            "StartChannel",
            "StopChannel",
            "UpdateChannel",
            "StartChannel",
            "StopChannel",
            "DeleteChannel"
        ]
    );
    assert_eq!(account.delete_stack(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn two_loops_play_side_by_side_and_hold_the_bootstrap_stack() {
    let account = Account::new(Picture::Played);
    let bootstrap = account.bootstrap();

    let loops = ["one", "two"].map(|name| account.begin_loop(name, &[]));
    for each in &loops {
        assert_eq!(account.settle(&each.stack), "CREATE_COMPLETE");
    }
    let channels = loops.each_ref().map(|each| account.physical_id(&each.stack, "Channel"));
    for (each, channel) in loops.iter().zip(&channels) {
        account.medialive.wait_for(channel, "RUNNING");
        receive(each.receiver);
    }

    let refusal = account.refused_delete(&bootstrap);
    assert!(refusal.contains("is imported by"), "{refusal}");

    assert_eq!(account.delete_stack(&loops[0].stack), "DELETE_COMPLETE");
    assert_eq!(account.channel(&channels[0])["State"], "DELETED");
    assert_eq!(account.channel(&channels[1])["State"], "RUNNING");
    receive(loops[1].receiver);
    assert!(!account.calls(&channels[1]).contains(&"StopChannel".to_owned()));

    assert_eq!(account.delete_stack(&loops[1].stack), "DELETE_COMPLETE");
    assert_eq!(account.delete_stack(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn the_class_changes_in_place_under_a_running_channel() {
    let account = Account::new(Picture::Left);
    let bootstrap = account.bootstrap();
    let made = account.make_loop("loop");
    let channel = account.physical_id(&made.stack, "Channel");
    let input = account.physical_id(&made.stack, "Input");
    account.medialive.wait_for(&channel, "RUNNING");

    let standard = [
        ("ChannelClass", "STANDARD"),
        ("DestinationIp2", "127.0.0.1"),
        ("DestinationPort2", "5002"),
    ];
    assert_eq!(account.update(&made.stack, &standard), "UPDATE_COMPLETE", "{}", account.log());

    assert_eq!(account.physical_id(&made.stack, "Channel"), channel);
    account.medialive.wait_for(&channel, "RUNNING");
    let described = account.channel(&channel);
    assert_eq!(described["ChannelClass"], "STANDARD");
    assert_eq!(account.physical_id(&made.stack, "Input"), input);
    assert_eq!(described["InputAttachments"][0]["InputId"], *input);

    assert_eq!(account.delete_stack(&made.stack), "DELETE_COMPLETE");
    assert_eq!(account.delete_stack(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}
