//! The parameters of infra/loop.yaml from the command line.

use crate::Error;
use crate::args::Up;
use crate::templates::{Given, typed};

/// Parameters with their own option.
const OPTIONS: [(&str, &str); 3] =
    [("Source", "--source"), ("DestinationIp", "--destination"), ("DestinationPort", "--port")];

/// The loop's parameters; `served` is a local file's URL. The template checks the values.
pub(crate) fn of_loop(args: &Up, served: Option<&str>) -> Result<Given, Error> {
    let mut given = typed(&args.parameters, &OPTIONS)?;
    let source = match served {
        Some(url) => {
            let allowed = given.insert("AllowInsecureSource".into(), "true".into());
            if let Some(refused) = allowed.filter(|value| value != "true") {
                return Err(Error::InsecureFile(refused));
            }
            url.to_owned()
        }
        None => args.source.clone().unwrap_or_default(),
    };
    given.insert("Source".into(), source);
    given.insert("DestinationIp".into(), args.destination.to_string());
    given.insert("DestinationPort".into(), args.port.to_string());
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Args, Command};
    use clap::Parser;

    fn up(options: &[&str]) -> Up {
        let typed = ["lilo", "up"].iter().chain(options);
        let Command::Up(up) = Args::parse_from(typed).command else { panic!("up was typed") };
        up
    }

    #[test]
    fn options_become_parameters() {
        let url = "http://127.0.0.1:1234/source.mp4";
        let args = up(&["--port", "6000", "--param", "RateControl=QVBR"]);

        let given = of_loop(&args, Some(url)).unwrap();

        let expected = [
            ("AllowInsecureSource", "true"),
            ("DestinationIp", "127.0.0.1"),
            ("DestinationPort", "6000"),
            ("RateControl", "QVBR"),
            ("Source", "http://127.0.0.1:1234/source.mp4"),
        ];
        assert_eq!(given, expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
    }

    #[test]
    fn local_file_source_rejects_allow_insecure_source_false() {
        let url = Some("http://127.0.0.1:1234/source.mp4");
        assert!(of_loop(&up(&["--param", "AllowInsecureSource=true"]), url).is_ok());

        let error = of_loop(&up(&["--param", "AllowInsecureSource=false"]), url).unwrap_err();
        assert!(
            error.to_string().starts_with("AllowInsecureSource=false is impossible"),
            "{error}"
        );
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        let twice = up(&["--param", "Owner=a", "--param", "Owner=b"]);
        let error = of_loop(&twice, None).unwrap_err();
        assert_eq!(error.line(), "the parameter Owner is given twice; give it once");

        let both = up(&["--param", "DestinationPort=1"]);
        let error = of_loop(&both, None).unwrap_err();
        assert_eq!(error.line(), "the parameter DestinationPort is set by --port; use that option");
    }
}
