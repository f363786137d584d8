//! Errors that end the command with exit code 1.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use lilo_encoder as encoder;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// One line: what happened, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Encoder(#[from] encoder::Error),
    #[error(transparent)]
    Local(#[from] lilo_local_cloud::Error),
    #[error("the parameter {0} is given twice; give it once")]
    RepeatedParameter(String),
    #[error("the parameter {name} is set by {option}; use that")]
    OptionsParameter { name: &'static str, option: &'static str },
    #[error(
        "cannot listen on {address}; is another lilo running? choose another address with {option}"
    )]
    Listen { address: SocketAddr, option: &'static str, source: io::Error },
    #[error(
        "AllowInsecureSource={0} is impossible: a local file is served over http, on this machine \
         only; leave it out, or give an https URL with --source"
    )]
    InsecureFile(String),
    #[error("{} is not an MP4 file; give one, or convert it with ffmpeg", .0.display())]
    NotMp4(PathBuf),
    #[error("cannot find this user's cache folder for the test clip; give a file with --source")]
    NoHome(#[source] Source),
    #[error("cannot write the test clip to {}; give a file with --source", .folder.display())]
    ClipFolder { folder: PathBuf, source: io::Error },
    #[error("cannot find this program's executable to run the functions")]
    Program(#[source] io::Error),
    #[error("cannot listen to signals")]
    Signals(#[source] io::Error),
    #[error("the emulated MediaLive ended")]
    Serve(#[source] io::Error),
    #[error("the page ended")]
    Page(#[source] io::Error),
    #[error("lilo has no command {0}; `lilo --help` lists them")]
    NoCommand(String),
    #[error("the stack could not be created and was rolled back: {0}")]
    NotCreated(String),
    #[error("the stack could not be created, and its rollback failed: {0}")]
    NotRolledBack(String),
    #[error("the stack could not be deleted: {0}")]
    NotDeleted(String),
    #[error("cannot write the call log to {}; choose another place with --call-log", .file.display())]
    CallLog { file: PathBuf, source: io::Error },
    #[error("left in MediaLive after the teardown: {0}")]
    Left(String),
    #[error("cannot read the event {}", .file.display())]
    Event { file: PathBuf, source: Source },
    #[error("the folder of {} does not name a function; name it with --function", .0.display())]
    WhichFunction(PathBuf),
    #[error(
        "no emulated MediaLive at {url}; start `lilo emulator`, or give its URL with --medialive"
    )]
    NoMediaLive { url: String, source: Source },
    #[error("the function failed: {0}")]
    Replay(String),
    #[error("cannot listen on 127.0.0.1 for the function's reply")]
    ReplyPort(#[source] std::io::Error),
    #[error("the function lost its connection to the local platform")]
    Function(#[source] Source),

    // Signing in to AWS, and AWS's answers.
    #[error("no AWS Region is set; give one with --region, in AWS_REGION or in the profile")]
    NoRegion,
    #[error(
        "no AWS credentials were found; sign in with `aws login`, `aws sso login` or `aws configure`, or name a profile \
         with --profile"
    )]
    NoCredentials,
    #[error(
        "there are no AWS credentials in the profile {0}; sign in to it, or name one of `aws configure list-profiles`"
    )]
    EmptyProfile(String),
    #[error(
        "cannot read the AWS credentials; sign in again, or name another profile with --profile"
    )]
    CredentialsUnread(#[source] Source),
    #[error(
        "AWS does not accept the credentials ({code}: {message}); sign in again, or name another profile with --profile"
    )]
    CredentialsRefused { code: String, message: String },
    #[error("cannot read the certificates in {}, which AWS_CA_BUNDLE names", .file.display())]
    CaBundle { file: PathBuf, source: io::Error },
    #[error(
        "not allowed to {attempted} ({message}); ask for that permission, or name another profile with --profile"
    )]
    Denied { attempted: String, message: String },
    #[error("AWS refused to {attempted}: {message}")]
    Refused { attempted: String, message: String },
    #[error(
        "AWS could not be reached to {attempted}; check the network, the Region and AWS_ENDPOINT_URL"
    )]
    Unreachable { attempted: String, source: Source },
    #[error("interrupted; {0}")]
    Interrupted(String),

    // Deployments.
    #[error(
        "{0} is this machine, which a channel on AWS cannot send to; give a receiver's address, or play here with `lilo up`"
    )]
    LoopbackDestination(Ipv4Addr),
    #[error("{0} is not encrypted; use https, or allow it with --param AllowInsecureSource=true")]
    PlainHttp(String),
    #[error("{0} is no source; give a file, s3ssl://bucket/file.mp4 or https://host/file.mp4")]
    SourceAddress(String),
    #[error("cannot read {}", .file.display())]
    SourceFile { file: PathBuf, source: io::Error },
    #[error("a new loop needs {0}")]
    NewLoopNeeds(&'static str),
    #[error("there is no bucket {0}; check the spelling of --source")]
    NoBucket(String),
    #[error("there is no file {key} in the bucket {bucket}; check the spelling of --source")]
    NoObject { bucket: String, key: String },
    #[error(
        "the bucket {bucket} is in {region} and the loop in {ours}; give --region {region}, or copy the file"
    )]
    SourceElsewhere { bucket: String, region: String, ours: String },
    #[error(
        "the bucket {bucket} is in {region}, and LILO's has to be in {ours}; name another with --bucket"
    )]
    BucketElsewhere { bucket: String, region: String, ours: String },
    #[error(
        "the bucket {bucket} does not belong to the account {account}, or you have no access to it; name another with --bucket"
    )]
    ForeignBucket { bucket: String, account: String },
    #[error(
        "the bucket {0} was not made by `lilo deploy`; name another with --bucket or, if it is empty, delete it with `aws \
         s3 rb s3://{0}`"
    )]
    NotOurBucket(String),
    #[error(
        "S3 does not give the name of the bucket {0} free yet: a bucket of that name was deleted a short while ago; deploy \
         again later, or name another with --bucket"
    )]
    BucketNameBusy(String),
    #[error("the SDK has no address for buckets in {region}; check the spelling of the Region")]
    NoBucketUrl { region: String, source: Source },
    #[error(
        "this version does not know the address of the console in the partition {0}; deploy without --console"
    )]
    NoConsole(String),
    #[error(
        "MediaLive does not answer in {region}; when this version was made it was in {regions}. Give one of these with \
         --region, or check the network"
    )]
    NoMediaLiveHere { region: String, regions: String, source: Source },
    #[error(
        "there are no zips of the functions; build them with `make package`, or name their folder with --zips"
    )]
    NoPackage,
    #[error("cannot read {}; build the functions with `make package`, or name their folder with --zips", .file.display())]
    Zip { file: PathBuf, source: io::Error },

    // Stacks on AWS.
    #[error("the stack {0} exists and is no loop of LILO's; give the loop another name")]
    NameTaken(String),
    #[error(
        "the bootstrap stack is of {found}, too old for a loop of version {needed}; build the functions with \
         `make package`, or name their folder with --zips, so that it can be updated"
    )]
    BootstrapTooOld { found: String, needed: String },
    #[error(
        "the bootstrap stack is of version {found}, and this is lilo {ours}; use that version or a newer one"
    )]
    BootstrapNewer { found: String, ours: String },
    #[error(
        "the bootstrap stack is gone, but the loops {loops} need its functions; create it again with \
         `lilo deploy --bootstrap-only`"
    )]
    BootstrapGone { loops: String },
    #[error(
        "the stack {name} is in {status} and can only be deleted; its events say why (`aws cloudformation \
         describe-stack-events --stack-name {name}`); run `lilo destroy {name}`, then try again"
    )]
    StackDead { name: String, status: String },
    #[error(
        "the stack {name} is in {status}; fix the cause that its events name, run `aws cloudformation \
         continue-update-rollback --stack-name {name}`, then try again"
    )]
    StackStuck { name: String, status: String },
    #[error(
        "the console's form only creates stacks, but the stack {0} has to be updated; run this without --console"
    )]
    ConsoleUpdates(String),
    #[error("the stack {name} came to {status} ({why}); {way_out}")]
    StackFailed { name: String, status: String, why: String, way_out: String },
    #[error("there is no loop {name} in {region}; the loops there are: {others}")]
    NoLoop { name: String, region: String, others: String },
    #[error("the loop {0} has no channel yet; its stack is not complete")]
    NoChannelYet(String),
    #[error("the channel {0} no longer exists; delete the rest with `lilo destroy`")]
    NoChannel(String),
    #[error(
        "the channel {id} is still {state}, not {wanted}; look at its alerts in the MediaLive console, and at the \
         functions' logs; if they say 403, docs/operations.md has the way out"
    )]
    ChannelTakesLong { id: String, state: String, wanted: String },
    #[error("the channel {id} is {state}; wait until that is over, then try again")]
    ChannelIsBusy { id: String, state: String },
    #[error("the channel {0} is about to start automatically; stop it once it runs")]
    ChannelStartsYet(String),

    // The doctor.
    #[error("no answer within {0:?}; look at the network, or wait longer with --timeout")]
    NoAnswer(Duration),
    #[error("something has to be done about {0}; the lines above say what")]
    ToDo(String),
    // The conformance suite.
    #[error(
        "the run's channel has nothing to play; give --source URL, an MP4 that MediaLive can read"
    )]
    NothingToPlay,
    #[error("nothing was asked and nothing was made")]
    NothingAsked,
    #[error(
        "MediaLive could not be asked: {0}; what the run made is deleted with `lilo conformance --target aws --clean`"
    )]
    Conformance(String),
    #[error("{differ} of the checks differ, and {not_answered} have no answer")]
    NotConforming { differ: usize, not_answered: usize },
    #[error("cannot write the report to {}; choose another place with --snapshot", .file.display())]
    Snapshot { file: PathBuf, source: io::Error },

    // Deletions.
    #[error("there is no terminal to ask for confirmation; give --yes")]
    NobodyToAsk,
    #[error("nothing was deleted")]
    NotConfirmed,
    #[error(
        "the stack {0} was not made by `lilo deploy`; delete it where it was made, or with `aws cloudformation \
         delete-stack --stack-name {0}`"
    )]
    NotMadeHere(String),
    #[error(
        "the loops {loops} need the bootstrap stack; delete them first, or everything with --all"
    )]
    BootstrapInUse { loops: String },
    #[error(
        "the loops {loops} were not made by `lilo deploy`, and need the bootstrap stack; delete them first"
    )]
    ForeignLoops { loops: String },
}
