//! Quick-create links to the console's prefilled form for a new stack.
//!
//! Format: CloudFormation user guide, "Create quick-create links for stacks".

use serde::Serialize;
use sha2::{Digest, Sha256};
use url::form_urlencoded::Serializer;

use super::deployment::Deployment;
use super::plan::Bootstrap;
use crate::Error;
use crate::aws::partition::{console, object_url};
use crate::aws::upload::ObjectLocation;
use crate::cloud::Session;
use crate::templates::{BOOTSTRAP, Given, LOOP};

/// A link to a form in the console.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Link<'a> {
    stack_name: &'a str,
    url: String,
}

impl Deployment<'_> {
    /// Uploads the files for the forms, and prints a link for each missing stack.
    ///
    /// # Errors
    /// When a stack needs an update: the form only creates stacks.
    pub(super) async fn print_links(&mut self) -> Result<(), Error> {
        if let Bootstrap::Update(..) = self.bootstrap {
            return Err(Error::ConsoleUpdates(self.bootstrap_name()));
        }
        if self.loop_exists() {
            return Err(Error::ConsoleUpdates(self.args.name.clone()));
        }
        console(&self.session.aws.partition)?;
        self.fill_bucket().await?;
        let (name, given) = (self.bootstrap_name(), self.given.clone());
        if let Bootstrap::Create(given) = &self.bootstrap {
            let given = given.clone();
            self.print_link(&name, BOOTSTRAP, &given).await?;
            self.session.screen.remark("create the first stack before the second");
        }
        self.print_link(&self.args.name, LOOP, &given).await
    }

    /// Uploads a template, unless it is there, and returns its key.
    pub(super) async fn upload_template(&mut self, template: &str) -> Result<String, Error> {
        let Session { aws, cleanup, .. } = &mut self.session;
        let key = format!("templates/{}.yaml", super::short(Sha256::new_with_prefix(template)));
        let place = ObjectLocation { bucket: &self.bucket.name, key: &key };
        aws.upload(place, template.as_bytes().to_vec()).await?;
        self.bucket.mark_filled(cleanup);
        Ok(key)
    }

    async fn print_link(
        &mut self,
        stack: &str,
        template: &str,
        given: &Given,
    ) -> Result<(), Error> {
        let key = self.upload_template(template).await?;
        let Session { aws, screen, .. } = &mut self.session;
        let template = object_url(&aws.region, &self.bucket.name, &key).await?;
        let host = console(&aws.partition)?;
        let url = quick_create(host, &aws.region, &template, stack, given);
        let link = Link { stack_name: stack, url };
        screen.put("quick-create", &link, || Some(link.url.clone()));
        Ok(())
    }
}

fn quick_create(host: &str, region: &str, template: &str, stack: &str, given: &Given) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("templateURL", template).append_pair("stackName", stack);
    for (name, value) in given {
        query.append_pair(&format!("param_{name}"), value);
    }
    // After a # a plus is not a space.
    let query = query.finish().replace('+', "%20");
    format!("https://{host}/cloudformation/home?region={region}#/stacks/quickcreate?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_link_carries_template_name_and_parameters() {
        let given = [("Owner", "A & B"), ("Source", "s3ssl://films/a.mp4")];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into();

        let bucket = "lilo-111122223333-eu-west-1";
        let template = object_url("eu-west-1", bucket, "templates/1.yaml").await.unwrap();
        let host = console("aws").unwrap();
        let link = quick_create(host, "eu-west-1", &template, "news", &given);

        assert_eq!(
            link,
            "https://console.aws.amazon.com/cloudformation/home?region=eu-west-1#/stacks/quickcreate\
             ?templateURL=https%3A%2F%2Flilo-111122223333-eu-west-1.s3.eu-west-1.amazonaws.com%2Ftemplates%2F1.yaml\
             &stackName=news&param_Owner=A%20%26%20B&param_Source=s3ssl%3A%2F%2Ffilms%2Fa.mp4"
        );
    }
}
