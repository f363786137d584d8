//! Short sources, made by ffmpeg, with a mark that is seen and heard: at one second the picture is
//! white and a tone sounds.

use crate::tools;

#[derive(Clone, Copy)]
pub(crate) struct Clip {
    pub(crate) name: &'static str,
    pub(crate) rate: &'static str,
    pub(crate) size: &'static str,
    pub(crate) video_seconds: f64,
    /// None for a clip without sound.
    pub(crate) audio_seconds: Option<f64>,
    /// Options of the encoders.
    pub(crate) codec: &'static str,
}

impl Clip {
    /// A clip that is quick to make.
    pub(crate) const PLAIN: Self = Self {
        name: "plain.mp4",
        rate: "25",
        size: "320x180",
        video_seconds: 2.0,
        audio_seconds: Some(2.0),
        codec: "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac",
    };

    /// Makes it; gives its length in seconds as a player would see it.
    pub(crate) async fn make(&self) -> f64 {
        let Self { rate, size, video_seconds, .. } = self;
        let path = tools::path(self.name);
        let marked = format!(
            "testsrc2=s={size}:r={rate}:d={video_seconds},\
             drawbox=t=fill:c=gray:enable='not(between(t,1,1.2))',\
             drawbox=t=fill:c=white:enable='between(t,1,1.2)'"
        );
        let mut arguments = vec!["-y".to_owned(), "-f".to_owned(), "lavfi".to_owned()];
        arguments.extend(["-i".to_owned(), marked]);
        if let Some(seconds) = self.audio_seconds {
            let tone =
                format!("sine=f=1000:r=48000:d={seconds},volume='between(t,1,1.2)':eval=frame");
            arguments.extend(["-f", "lavfi", "-i", tone.as_str()].map(str::to_owned));
        }
        arguments.extend(self.codec.split_whitespace().map(str::to_owned));
        arguments.push(path.to_str().unwrap().to_owned());
        tools::ffmpeg(arguments).await;
        let length = ["-show_entries", "format=duration", "-of", "csv=p=0", path.to_str().unwrap()];
        tools::ffprobe(length).await.trim().parse().unwrap()
    }
}
