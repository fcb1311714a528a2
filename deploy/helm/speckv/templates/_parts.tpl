{{- define "speckv.name" -}}{{ .Release.Name }}-speckv{{- end }}

{{/* Labels that select one service's pods. Argument: dict root, service. */}}
{{- define "speckv.selector" -}}
app.kubernetes.io/name: speckv
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .service }}
{{- end }}

{{- define "speckv.labels" -}}
{{ include "speckv.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* The name of the pods' service account; empty for the namespace's default. */}}
{{- define "speckv.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "speckv.name" .) .Values.serviceAccount.name }}
{{- else -}}
{{ .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{/* "true" if this release runs the service itself. */}}
{{- define "speckv.runs" -}}
{{- if or (eq .service "router") (get .root.Values .service).enabled }}true{{ end -}}
{{- end }}

{{/* What clients call a model of our own targets that has no name of its own. */}}
{{- define "speckv.modelName" -}}
{{- $m := (get .root.Values .service).model -}}
{{- $image := $m.image | default $m.oci | default dict -}}
{{- $reference := get $image "reference" | default "" | splitList "@" | first | base | splitList ":" | first -}}
{{- $claim := $m.pvc | default $m.shared | default dict -}}
{{- $folders := list (base $m.folder) (base (get ($m.hostPath | default dict) "path")) (base (get $image "path")) -}}
{{- $names := concat $folders (list $reference (get $claim "claimName") .root.Release.Name) -}}
{{- $m.name | default (first (without $names "" "." "/" "model" "models")) -}}
{{- end }}

{{/* "true" for the target if another engine answers in its place. */}}
{{- define "speckv.overEngine" -}}
{{- if and (eq .service "target") .root.Values.target.engine.url }}true{{ end -}}
{{- end }}

{{/* "true" for the router if an engine lays its chats out. */}}
{{- define "speckv.renders" -}}
{{- if and (eq .service "router") (ne .root.Values.router.renderer.kind "none") }}true{{ end -}}
{{- end }}

{{/* "true" for a URL of plain HTTP to another pod. */}}
{{- define "speckv.leavesPodInPlaintext" -}}
{{- if and (hasPrefix "http://" .) (not (regexMatch "^http://(localhost|127\\.[0-9.]+|\\[::1\\])(:|/|$)" .)) }}true{{ end -}}
{{- end }}

{{/* The port of the renderer's pods if it is reached over the network; empty if it is in the router's pod. */}}
{{- define "speckv.rendererPort" -}}
{{- $url := urlParse .Values.router.renderer.url -}}
{{- if not (has $url.hostname (list "localhost" "127.0.0.1" "::1")) -}}
{{- $of := regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{ .Values.networkPolicy.egress.renderer.port | default $of }}
{{- end -}}
{{- end }}

{{/* An image by name and tag, pinned if a digest is given. */}}
{{- define "speckv.image" -}}
{{- $v := .root.Values -}}
{{- $s := get $v .service -}}
{{- $name := include "speckv.overEngine" . | empty | ternary .service "engine-target" -}}
{{ printf "%s/%s:%s%s" $v.image.repository $name (default .root.Chart.AppVersion $v.image.tag) $s.imageSuffix }}
{{- with $s.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "speckv.port" -}}{{ get (dict "router" 9000 "draft" 9001 "target" 9002) .service }}{{- end }}

{{/* "true" if the service answers HTTP, too. */}}
{{- define "speckv.http" -}}
{{- if and (eq .service "router") .root.Values.http.enabled }}true{{ end -}}
{{- end }}

{{- define "speckv.host" -}}
{{ include "speckv.name" .root }}-{{ .service }}.{{ .root.Release.Namespace }}.svc
{{- end }}

{{- define "speckv.tlsSecret" -}}
{{- if eq .root.Values.tls.mode "certManager" -}}
{{ include "speckv.name" .root }}-{{ .service }}-tls
{{- else -}}
{{ get .root.Values.tls.secretNames .service }}
{{- end -}}
{{- end }}

{{- define "speckv.otlpEndpoint" -}}
{{- if .Values.telemetry.otlpEndpoint -}}
{{ .Values.telemetry.otlpEndpoint }}
{{- else if .Values.telemetry.collector.enabled -}}
http://{{ include "speckv.name" . }}-collector:4317
{{- end -}}
{{- end }}

{{- define "speckv.modelFolder" -}}
{{ list "/models" (get .root.Values .service).model.folder | compact | join "/" }}
{{- end }}

{{/* Certificate files of a side that shows a certificate; with "both" also the authorities that it trusts. */}}
{{- define "speckv.tlsFiles" -}}
enabled: true
certificate: /etc/speckv/tls/tls.crt
private-key: /etc/speckv/tls/tls.key
{{- if .both }}
trusted-certificates: /etc/speckv/tls/ca.crt
{{- end }}
{{- end }}

{{- define "speckv.channel" -}}
channel:
  {{- if include "speckv.runs" . }}
  target: {{ printf "dns:///%s:%s" (include "speckv.host" .) (include "speckv.port" .) | quote }}
  {{- else if (get .root.Values .service).address }}
  target: {{ (get .root.Values .service).address | quote }}
  {{- end }}
  {{- if eq .root.Values.tls.mode "none" }}
  allow-plaintext: true
  {{- else }}
  tls:
    {{- include "speckv.tlsFiles" (dict "both" true) | nindent 4 }}
  {{- end }}
{{- end }}

{{/* The service's settings file, before its own "settings" are merged in. */}}
{{- define "speckv.settings" -}}
{{- $v := .root.Values -}}
server:
  address: 0.0.0.0
  port: {{ include "speckv.port" . }}
  {{- if eq $v.tls.mode "none" }}
  allow-plaintext: true
  {{- else }}
  tls:
    {{- include "speckv.tlsFiles" (dict "both" (ne .service "router")) | nindent 4 }}
  {{- end }}
  {{- if and (eq .service "router") $v.routerTokensSecret }}
  tokens-file: /etc/speckv/tokens/tokens
  {{- end }}
  drain:
    notice: {{ $v.drain.noticeSeconds }}s
    calls: {{ $v.drain.callsSeconds }}s
  admin-address: 0.0.0.0
  admin-port: 9090
telemetry:
  {{- with include "speckv.otlpEndpoint" .root }}
  otlp-endpoint: {{ . | quote }}
  {{- end }}
  trace-share: {{ $v.telemetry.traceShare | float64 }}
  log-format: {{ $v.telemetry.logFormat }}
  prometheus-address: 0.0.0.0
  prometheus-port: 9464
{{- if eq .service "router" }}
{{- if include "speckv.http" . }}
http:
  address: 0.0.0.0
  port: {{ $v.http.port }}
  request-timeout: {{ $v.expose.timeoutSeconds }}s
  {{- if eq $v.tls.mode "none" }}
  allow-plaintext: true
  {{- else }}
  tls:
    {{- include "speckv.tlsFiles" (dict "both" false) | nindent 4 }}
  {{- end }}
{{- end }}
tokenizer:
  target: {{ include "speckv.modelFolder" . | quote }}
{{- with $v.router.renderer }}
{{- if and (ne .kind "none") (not .url) }}
{{- fail (printf "router.renderer.kind is %s, which needs router.renderer.url" .kind) }}
{{- end }}
{{- if and (eq .kind "none") .url }}
{{- fail "router.renderer.url is set, and router.renderer.kind says of which kind: vllm or llama-cpp" }}
{{- end }}
{{- if and .url (not .allowPlaintext) (include "speckv.leavesPodInPlaintext" .url) }}
{{- fail (printf "router.renderer.url is %s, which would be open to the network: take https, or set router.renderer.allowPlaintext to true" .url) }}
{{- end }}
{{- if and (ne .kind "vllm") .readsAnswers }}
{{- fail "router.renderer.readsAnswers is true, which only a renderer of kind vllm can do" }}
{{- end }}
{{- end }}
{{- if include "speckv.renders" . }}
{{- with $v.router.renderer }}
renderer:
  kind: {{ .kind }}
  url: {{ .url | quote }}
  {{- with .model }}
  model: {{ . | quote }}
  {{- end }}
  allow-plaintext: {{ .allowPlaintext }}
  {{- if .keySecret }}
  key-file: /etc/speckv/renderer/key
  {{- end }}
  reads-answers: {{ .readsAnswers }}
{{- end }}
{{- end }}
{{- if $v.draft.enabled }}
draft:
  {{- include "speckv.channel" (dict "root" .root "service" "draft") | nindent 2 }}
{{- else }}
drafting:
  enabled: false
{{- end }}
target:
  {{- include "speckv.channel" (dict "root" .root "service" "target") | nindent 2 }}
{{- else if include "speckv.overEngine" . }}
engine:
  url: {{ $v.target.engine.url | quote }}
  dialect: {{ $v.target.engine.dialect }}
  {{- with $v.target.engine.model }}
  model: {{ . | quote }}
  {{- end }}
  allow-plaintext: {{ $v.target.engine.allowPlaintext }}
  {{- if $v.target.engine.keySecret }}
  key-file: /etc/speckv/engine/key
  {{- end }}
tokenizer: {{ include "speckv.modelFolder" . | quote }}
{{- with $v.target.model.name }}
name: {{ . | quote }}
{{- end }}
{{- else }}
model:
  folder: {{ include "speckv.modelFolder" . | quote }}
  name: {{ include "speckv.modelName" . | quote }}
  {{- if (get $v .service).gpu.count }}
  device: gpu:0
  {{- end }}
{{- end }}
{{- end }}

{{/* The content of the settings file; "settings" in the values wins. What is no YAML comes from fromYaml as the key "Error". */}}
{{- define "speckv.settingsFile" -}}
{{- $ours := include "speckv.settings" . | fromYaml -}}
{{- if hasKey $ours "Error" }}{{ fail (printf "the settings of the %s are no YAML: %s" .service $ours.Error) }}{{ end -}}
{{- mustMergeOverwrite $ours (deepCopy (get .root.Values .service).settings) | toYaml -}}
{{- end }}

{{/* "true" if the router's own settings say where its targets are. */}}
{{- define "speckv.namesTargets" -}}
{{- $settings := .Values.router.settings -}}
{{- $target := $settings.target | default dict -}}
{{- if or $settings.models $target.pools (get ($target.channel | default dict) "target") }}true{{ end -}}
{{- end }}

{{/* The name that clients call the model by; empty if only the running engine, or the target elsewhere, knows it. */}}
{{- define "speckv.servedName" -}}
{{- if and .Values.target.enabled (not (include "speckv.namesTargets" .)) -}}
{{- $settings := include "speckv.settingsFile" (dict "root" . "service" "target") | fromYaml -}}
{{- $settings.name | default (get ($settings.model | default dict) "name") -}}
{{- end -}}
{{- end }}
