use super::*;

fn reason() -> Reason {
    Reason("the reason".into())
}

fn io_error() -> io::Error {
    io::Error::other("the reason")
}

/// One of each error of the machine and the account.
fn of_machine_and_account() -> Vec<Error> {
    let (name, file) = (|| "it".to_owned(), || PathBuf::from("it"));
    let address = SocketAddr::from(([127, 0, 0, 1], 4580));
    vec![
        encoder::Error::Pipe(io_error()).into(),
        LocalError::UnknownFunction { name: name() }.into(),
        LocalError::Parameter { name: name(), reason: "the reason".into() }.into(),
        LocalError::Assertion { rule: name(), description: "the reason".into() }.into(),
        LocalError::Source { path: file(), source: io_error() }.into(),
        Error::RepeatedParameter(name()),
        Error::OptionsParameter { name: "Source", option: "--source" },
        Error::Listen { address, option: "--page-listen", source: io_error() },
        Error::InsecureFile("false".into()),
        Error::NotMp4(file()),
        Error::NoHome(io_error().into()),
        Error::ClipFolder { folder: file(), source: io_error() },
        Error::Program(io_error()),
        Error::Signals(io_error()),
        Error::Serve(io_error()),
        Error::Page(io_error()),
        Error::NoCommand(name()),
        Error::NotCreated(reason()),
        Error::NotRolledBack(reason()),
        Error::NotDeleted(reason()),
        Error::CallLog { file: file(), source: io_error() },
        Error::Left(name()),
        Error::Event { file: file(), source: io_error().into() },
        Error::WhichFunction(file()),
        Error::NoMediaLive { url: name(), source: io_error().into() },
        Error::Replay(reason()),
        Error::ReplyPort(io_error()),
        Error::Function(io_error().into()),
        Error::NoRegion,
        Error::NoCredentials,
        Error::EmptyProfile(name()),
        Error::CredentialsUnread(io_error().into()),
        Error::CredentialsRefused(reason()),
        Error::CaBundle { file: file(), source: io_error() },
        Error::Denied { attempted: name(), source: reason() },
        Error::Refused { attempted: name(), source: reason() },
        Error::Unreachable { attempted: name(), source: io_error().into() },
        Error::Interrupted("nothing goes on".into()),
        Error::NoAnswer(Duration::from_secs(20)),
        Error::ToDo(name()),
        Error::NothingToPlay,
        Error::NothingAsked,
        Error::Conformance(reason()),
        Error::NotConforming { differ: 1, not_answered: 1 },
        Error::Snapshot { file: file(), source: io_error() },
    ]
}

/// One of each error of deployments, stacks and deletions.
fn of_stacks() -> Vec<Error> {
    let (name, file) = (|| "it".to_owned(), || PathBuf::from("it"));
    let (region, ours) = (|| "eu-central-1".to_owned(), || "eu-west-1".to_owned());
    let status = || "ROLLBACK_COMPLETE".to_owned();
    vec![
        Error::LoopbackDestination(Ipv4Addr::LOCALHOST),
        Error::PlainHttp(name()),
        Error::SourceAddress(name()),
        Error::SourceFile { file: file(), source: io_error() },
        Error::NewLoopNeeds("--source"),
        Error::NoBucket(name()),
        Error::NoObject { bucket: name(), key: name() },
        Error::SourceElsewhere { bucket: name(), region: region(), ours: ours() },
        Error::BucketElsewhere { bucket: name(), region: region(), ours: ours() },
        Error::ForeignBucket { bucket: name(), account: name() },
        Error::NotOurBucket(name()),
        Error::BucketNameBusy(name()),
        Error::NoBucketUrl { region: region(), source: io_error().into() },
        Error::NoConsole(name()),
        Error::NoMediaLiveHere { region: region(), regions: ours(), source: io_error().into() },
        Error::NoPackage,
        Error::Zip { file: file(), source: io_error() },
        Error::NameTaken(name()),
        Error::BootstrapTooOld { found: name(), needed: name() },
        Error::BootstrapNewer { found: name(), ours: name() },
        Error::BootstrapGone { loops: name() },
        Error::StackDead { name: name(), status: status() },
        Error::StackStuck { name: name(), status: status() },
        Error::ConsoleUpdates(name()),
        Error::StackFailed {
            name: name(),
            status: status(),
            source: reason(),
            way_out: "wait for its end".into(),
        },
        Error::NoLoop { name: name(), region: region(), others: "none".into() },
        Error::NoChannelYet(name()),
        Error::NoChannel { id: name(), name: name() },
        Error::ChannelTakesLong { id: name(), state: name(), wanted: name() },
        Error::ChannelIsBusy { id: name(), state: name() },
        Error::ChannelStartsYet(name()),
        Error::NobodyToAsk,
        Error::NotConfirmed,
        Error::NotMadeHere(name()),
        Error::BootstrapInUse { loops: name() },
        Error::ForeignLoops { loops: name() },
    ]
}

#[test]
fn every_error_says_what_why_and_what_to_do() {
    let errors: Vec<_> = of_machine_and_account().into_iter().chain(of_stacks()).collect();
    let declared = include_str!("../error.rs").matches("\n    #[error(").count();
    assert_eq!(errors.len(), declared, "one of each");
    for error in errors {
        let text = error.lines();
        let mut lines = text.lines();

        let what = lines.next().and_then(|line| line.strip_prefix("lilo: ")).unwrap();
        assert!(!what.is_empty() && !what.ends_with('.') && !what.contains("the reason"), "{text}");
        if std::error::Error::source(&error).is_some() {
            assert_eq!(lines.next(), Some("  why     the reason"), "{text}");
        }
        // An interruption says itself what goes on; after the answer no there is nothing to do.
        let done =
            matches!(error, Error::Interrupted(_) | Error::NothingAsked | Error::NotConfirmed);
        let to_do = lines.next().map(|line| line.strip_prefix("  to do   ").expect("to do"));
        assert_eq!(to_do.is_none(), done, "{text}");
        assert!(to_do.is_none_or(|it| it.len() > 5 && !it.ends_with('.')), "{text}");
        assert_eq!(lines.next(), None, "{text}");
    }
}

#[test]
fn a_message_of_several_lines_is_one() {
    let attempted = "list the stacks".to_owned();
    let error = Error::Denied { attempted, source: Reason("no\n  identity-based policy".into()) };

    assert_eq!(
        error.lines(),
        "lilo: not allowed to list the stacks\n  why     no identity-based policy\n  to do   ask \
         for that permission, or name another profile with --profile"
    );
    let line = "not allowed to list the stacks: no identity-based policy; ask for";
    assert!(error.line().starts_with(line), "{}", error.line());
}
