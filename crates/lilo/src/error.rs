//! Errors that end the command with exit code 1, each in up to three parts: what happened (its
//! text), why (its sources) and what to do (its help).

mod parts;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use lilo_encoder as encoder;
use lilo_local_cloud::Error as LocalError;

pub(crate) use parts::Reason;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What ends the command.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub(crate) enum Error {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Encoder(#[from] encoder::Error),
    #[error(transparent)]
    #[diagnostic(help("report it with this text: it is a fault of LILO's own"))]
    Local(LocalError),
    #[error("could not use parameter {name}")]
    #[diagnostic(help("correct it; docs/parameters.md lists the parameters of a loop"))]
    Parameter { name: String, source: Reason },
    #[error("could not use the parameters together (rule {rule})")]
    #[diagnostic(help("change one of them; docs/parameters.md lists the parameters of a loop"))]
    Parameters { rule: String, source: Reason },
    #[error("could not serve {} as a source", .path.display())]
    #[diagnostic(help("check the spelling, and that this user may read it"))]
    Unserved { path: PathBuf, source: io::Error },
    #[error("the parameter {0} is given twice")]
    #[diagnostic(help("give it once"))]
    RepeatedParameter(String),
    #[error("the parameter {name} is set by {option}")]
    #[diagnostic(help("use that option"))]
    OptionsParameter { name: &'static str, option: &'static str },
    #[error("cannot listen on {address}")]
    #[diagnostic(help("end the other lilo, or choose another address with {option}"))]
    Listen { address: SocketAddr, option: &'static str, source: io::Error },
    #[error(
        "AllowInsecureSource={0} is impossible: a local file is served over http, on this machine \
         only"
    )]
    #[diagnostic(help("leave it out, or give an https URL with --source"))]
    InsecureFile(String),
    #[error("{} is not an MP4 file", .0.display())]
    #[diagnostic(help("give one, or convert it with ffmpeg"))]
    NotMp4(PathBuf),
    #[error("cannot find this user's cache folder for the test clip")]
    #[diagnostic(help("give a file with --source"))]
    NoHome(#[source] Source),
    #[error("cannot write the test clip to {}", .folder.display())]
    #[diagnostic(help("give a file with --source"))]
    ClipFolder { folder: PathBuf, source: io::Error },
    #[error("cannot find this program's executable to run the functions")]
    #[diagnostic(help("run lilo from a place where it was not deleted or replaced meanwhile"))]
    Program(#[source] io::Error),
    #[error("cannot listen to signals")]
    #[diagnostic(help("end other programs: this machine may have too many open files"))]
    Signals(#[source] io::Error),
    #[error("the emulated MediaLive ended")]
    #[diagnostic(help("start it again"))]
    Serve(#[source] io::Error),
    #[error("the page ended")]
    #[diagnostic(help("run the same command again"))]
    Page(#[source] io::Error),
    #[error("lilo has no command {0}")]
    #[diagnostic(help("choose one of those that `lilo --help` lists"))]
    NoCommand(String),
    #[error("the stack could not be created and was rolled back")]
    #[diagnostic(help("remove the reason and try again; --verbose shows the functions' logs"))]
    NotCreated(#[source] Reason),
    #[error("the stack could not be created, and its rollback failed")]
    #[diagnostic(help("remove the reason and try again; --verbose shows the functions' logs"))]
    NotRolledBack(#[source] Reason),
    #[error("the stack could not be deleted")]
    #[diagnostic(help("nothing of it is left on this machine; --verbose shows the logs"))]
    NotDeleted(#[source] Reason),
    #[error("cannot write the call log to {}", .file.display())]
    #[diagnostic(help("choose another place with --call-log"))]
    CallLog { file: PathBuf, source: io::Error },
    #[error("left in MediaLive after the teardown: {0}")]
    #[diagnostic(help("nothing of it is left on this machine, but on AWS it would be: report it"))]
    Left(String),
    #[error("cannot read the event {}", .file.display())]
    #[diagnostic(help("give a JSON file, such as events/starter/created.json"))]
    Event { file: PathBuf, source: Source },
    #[error("the folder of {} does not name a function", .0.display())]
    #[diagnostic(help("name it with --function"))]
    WhichFunction(PathBuf),
    #[error("no emulated MediaLive at {url}")]
    #[diagnostic(help("start `lilo emulator`, or give its URL with --medialive"))]
    NoMediaLive { url: String, source: Source },
    #[error("the function failed")]
    #[diagnostic(help("look at its log with --verbose"))]
    Replay(#[source] Reason),
    #[error("cannot listen on 127.0.0.1 for the function's reply")]
    #[diagnostic(help("end other programs: no port is free, or too many files are open"))]
    ReplyPort(#[source] io::Error),
    #[error("the function lost its connection to the local platform")]
    #[diagnostic(help("none, if its command has ended: the function ends with it"))]
    Function(#[source] Source),

    // Signing in to AWS, and AWS's answers.
    #[error("no AWS Region is set")]
    #[diagnostic(help("give one with --region, in AWS_REGION or in the profile"))]
    NoRegion,
    #[error("no AWS credentials were found")]
    #[diagnostic(help(
        "sign in with `aws login`, `aws sso login` or `aws configure`, or name a profile with --profile"
    ))]
    NoCredentials,
    #[error("there are no AWS credentials in the profile {0}")]
    #[diagnostic(help("sign in to it, or name one of `aws configure list-profiles`"))]
    EmptyProfile(String),
    #[error("cannot read the AWS credentials")]
    #[diagnostic(help("sign in again, or name another profile with --profile"))]
    CredentialsUnread(#[source] Source),
    #[error("AWS does not accept the credentials")]
    #[diagnostic(help("sign in again, or name another profile with --profile"))]
    CredentialsRefused(#[source] Reason),
    #[error("cannot read the certificates in {}, which AWS_CA_BUNDLE names", .file.display())]
    #[diagnostic(help("correct the variable, or take it away"))]
    CaBundle { file: PathBuf, source: io::Error },
    #[error("not allowed to {attempted}")]
    #[diagnostic(help("ask for that permission, or name another profile with --profile"))]
    Denied { attempted: String, source: Reason },
    #[error("AWS refused to {attempted}")]
    #[diagnostic(help("remove the reason, then run the same command again"))]
    Refused { attempted: String, source: Reason },
    #[error("AWS could not be reached to {attempted}")]
    #[diagnostic(help("check the network, the Region and AWS_ENDPOINT_URL"))]
    Unreachable { attempted: String, source: Source },
    #[error("interrupted; {0}")]
    Interrupted(String),

    // Deployments.
    #[error("{0} is this machine, which a channel on AWS cannot send to")]
    #[diagnostic(help("give a receiver's address, or play here with `lilo up`"))]
    LoopbackDestination(Ipv4Addr),
    #[error("{0} is not encrypted")]
    #[diagnostic(help("use https, or allow it with --param AllowInsecureSource=true"))]
    PlainHttp(String),
    #[error("{0} is no source")]
    #[diagnostic(help("give a file, s3ssl://bucket/file.mp4 or https://host/file.mp4"))]
    SourceAddress(String),
    #[error("cannot read {}", .file.display())]
    #[diagnostic(help("check the spelling of --source"))]
    SourceFile { file: PathBuf, source: io::Error },
    #[error("a new loop needs {0}")]
    #[diagnostic(help("give it, or check the spelling of the loop's name"))]
    NewLoopNeeds(&'static str),
    #[error("there is no bucket {0}")]
    #[diagnostic(help("check the spelling of --source"))]
    NoBucket(String),
    #[error("there is no file {key} in the bucket {bucket}")]
    #[diagnostic(help("check the spelling of --source"))]
    NoObject { bucket: String, key: String },
    #[error("the bucket {bucket} is in {region} and the loop in {ours}")]
    #[diagnostic(help("give --region {region}, or copy the file"))]
    SourceElsewhere { bucket: String, region: String, ours: String },
    #[error("the bucket {bucket} is in {region}, and LILO's has to be in {ours}")]
    #[diagnostic(help("name another with --bucket"))]
    BucketElsewhere { bucket: String, region: String, ours: String },
    #[error(
        "the bucket {bucket} does not belong to the account {account}, or you have no access to it"
    )]
    #[diagnostic(help("name another with --bucket"))]
    ForeignBucket { bucket: String, account: String },
    #[error("the bucket {0} was not made by `lilo deploy`")]
    #[diagnostic(help(
        "name another with --bucket or, if it is empty, delete it with `aws s3 rb s3://{0}`"
    ))]
    NotOurBucket(String),
    #[error(
        "S3 does not give the name of the bucket {0} free yet: a bucket of that name was deleted a \
         short while ago"
    )]
    #[diagnostic(help("deploy again later, or name another with --bucket"))]
    BucketNameBusy(String),
    #[error("the SDK has no address for buckets in {region}")]
    #[diagnostic(help("check the spelling of the Region"))]
    NoBucketUrl { region: String, source: Source },
    #[error("this version does not know the address of the console in the partition {0}")]
    #[diagnostic(help("deploy without --console"))]
    NoConsole(String),
    #[error("MediaLive does not answer in {region}")]
    #[diagnostic(help(
        "check the network, or give a Region with --region that has MediaLive: when this version was made these had, {regions}"
    ))]
    NoMediaLiveHere { region: String, regions: String, source: Source },
    #[error("there are no zips of the functions")]
    #[diagnostic(help("build them with `make package`, or name their folder with --zips"))]
    NoPackage,
    #[error("cannot read {}", .file.display())]
    #[diagnostic(help("build them with `make package`, or name their folder with --zips"))]
    Zip { file: PathBuf, source: io::Error },

    // Stacks on AWS.
    #[error("the stack {0} exists and is no loop of LILO's")]
    #[diagnostic(help("give the loop another name"))]
    NameTaken(String),
    #[error("the bootstrap stack is of {found}, too old for a loop of version {needed}")]
    #[diagnostic(help(
        "build the functions with `make package`, or name their folder with --zips, so that it can be updated"
    ))]
    BootstrapTooOld { found: String, needed: String },
    #[error("the bootstrap stack is of version {found}, and this is lilo {ours}")]
    #[diagnostic(help("use that version or a newer one"))]
    BootstrapNewer { found: String, ours: String },
    #[error("the bootstrap stack is gone, but the loops {loops} need its functions")]
    #[diagnostic(help("create it again with `lilo deploy --bootstrap-only`"))]
    BootstrapGone { loops: String },
    #[error("the stack {name} is in {status} and can only be deleted")]
    #[diagnostic(help(
        "read the reason in its events (`aws cloudformation describe-stack-events --stack-name {name}`), run `lilo destroy {name}`, then try again"
    ))]
    StackDead { name: String, status: String },
    #[error("the stack {name} is in {status}")]
    #[diagnostic(help(
        "fix the cause that its events name, run `aws cloudformation continue-update-rollback --stack-name {name}`, then try again"
    ))]
    StackStuck { name: String, status: String },
    #[error("the console's form only creates stacks, but the stack {0} has to be updated")]
    #[diagnostic(help("run this without --console"))]
    ConsoleUpdates(String),
    #[error("the stack {name} came to {status}")]
    #[diagnostic(help("{way_out}"))]
    StackFailed { name: String, status: String, source: Reason, way_out: String },
    #[error("there is no loop {name} in {region}")]
    #[diagnostic(help("check the name and the Region; the loops there are: {others}"))]
    NoLoop { name: String, region: String, others: String },
    #[error("the loop {0} has no channel yet: its stack is not complete")]
    #[diagnostic(help("wait for the end of its deployment, or deploy it again"))]
    NoChannelYet(String),
    #[error("the channel {id} of the loop {name} no longer exists")]
    #[diagnostic(help("delete the rest with `lilo destroy {name}`"))]
    NoChannel { id: String, name: String },
    #[error("the channel {id} is still {state}, not {wanted}")]
    #[diagnostic(help(
        "look at its alerts in the MediaLive console, and at the functions' logs; if they say 403, docs/operations.md has the way out"
    ))]
    ChannelTakesLong { id: String, state: String, wanted: String },
    #[error("the channel {id} is {state}")]
    #[diagnostic(help("wait until that is over, then try again"))]
    ChannelIsBusy { id: String, state: String },
    #[error("the channel {0} is about to start automatically")]
    #[diagnostic(help("stop it once it runs"))]
    ChannelStartsYet(String),

    // The doctor.
    #[error("no answer within {0:?}")]
    #[diagnostic(help("look at the network, or wait longer with --timeout"))]
    NoAnswer(Duration),
    #[error("something has to be done about {0}")]
    #[diagnostic(help("do what the lines above say"))]
    ToDo(String),

    // The conformance suite.
    #[error("the run's channel has nothing to play")]
    #[diagnostic(help("give --source URL, an MP4 that MediaLive can read"))]
    NothingToPlay,
    #[error("nothing was asked and nothing was made")]
    NothingAsked,
    #[error("MediaLive could not be asked")]
    #[diagnostic(help(
        "remove the reason; what the run made is deleted with `lilo conformance --target aws --clean`"
    ))]
    Conformance(#[source] Reason),
    #[error("{differ} of the checks differ, and {not_answered} have no answer")]
    #[diagnostic(help("read the answers above; docs/conformance.md says how one becomes a fact"))]
    NotConforming { differ: usize, not_answered: usize },
    #[error("cannot write the report to {}", .file.display())]
    #[diagnostic(help("choose another place with --snapshot"))]
    Snapshot { file: PathBuf, source: io::Error },

    // Deletions.
    #[error("there is no terminal to ask for confirmation")]
    #[diagnostic(help("give --yes"))]
    NobodyToAsk,
    #[error("nothing was deleted")]
    NotConfirmed,
    #[error("the stack {0} was not made by `lilo deploy`")]
    #[diagnostic(help(
        "delete it where it was made, or with `aws cloudformation delete-stack --stack-name {0}`"
    ))]
    NotMadeHere(String),
    #[error("the loops {loops} need the bootstrap stack")]
    #[diagnostic(help("delete them first, or everything with --all"))]
    BootstrapInUse { loops: String },
    #[error("the loops {loops} were not made by `lilo deploy`, and need the bootstrap stack")]
    #[diagnostic(help("delete them first, where they were made"))]
    ForeignLoops { loops: String },
}
